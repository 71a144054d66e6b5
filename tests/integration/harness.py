# SPDX-License-Identifier: Apache-2.0
"""What every integration test starts from: a real PostgreSQL and the real binary."""

import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "compose"))

from demo.exporter import Exporter  # noqa: E402
from demo.exposition import parse_page, total  # noqa: E402
from demo.postgres import EXPORTER_ROLE, Cluster  # noqa: E402
from demo.process import patient, wait_until  # noqa: E402
from demo.scratch import scratch_directory  # noqa: E402

DATABASE = "litellm"

# Polls as fast as the configuration allows; everything else as in production.
FAST = """
database: {poll_interval: 1s, statement_timeout: 20s}
spend_log: {sweep_interval: 2s}
entities: {poll_interval: 1s}
"""

# As if the server always died just before the log was written: nobody else writes it either, however long a test takes.
LOG_UNWRITTEN = {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_buffers": "64MB", "autovacuum": "off",
                 "checkpoint_timeout": "1h", "bgwriter_lru_maxpages": "0"}


class IntegrationCase(unittest.TestCase):
    """A cluster of its own for each class, a database of its own for each test."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        cls._scratch = scratch_directory()
        cls.directory = Path(cls._scratch.__enter__())
        cls.cluster = Cluster.create(cls.directory / "postgres", durable=False, settings=cls.settings)

    @classmethod
    def tearDownClass(cls):
        cls.cluster.stop("immediate")
        cls._scratch.__exit__(None, None, None)

    def setUp(self):
        self.database = f"{DATABASE}_{self._testMethodName}"[:60].lower()
        self.cluster.create_database(self.database)
        self.exporters = 0

    def sql(self, statement, parameters=None):
        return self.cluster.query(statement, parameters, database=self.database)

    def exporter(self, config=FAST, url=None, start=True, **options):
        """An exporter as the read-only role, ready; stopped when the test ends."""
        self.exporters += 1
        directory = self.directory / f"{self._testMethodName}-{self.exporters}"
        directory.mkdir()
        exporter = Exporter(directory, url or self.cluster.url(EXPORTER_ROLE, self.database),
                            config=config, **options)
        self.addCleanup(self.stop_and_look, exporter)
        if start:
            exporter.start()
            exporter.wait_ready()
        return exporter

    def stop_and_look(self, exporter):
        """A sanitizer's report fails the test that caused it, however the exporter ended."""
        exporter.stop()
        self.assertNotIn("Sanitizer", exporter.log())

    def wait_total(self, exporter, expected, name="litellm_requests_total", deadline=30, **labels):
        """Waits for a sum, and then makes sure that it stays: a late double count would show."""
        def reached():
            value = total(parse_page(exporter.page()), name, **labels)
            if value > expected + 1e-6:
                raise OvercountError(f"{name} is {value}, expected {expected}")
            return abs(value - expected) <= 1e-6
        wait_until(reached, deadline, f"{name}{labels} reaches {expected}")
        wait_polls(exporter, 2)
        value = total(parse_page(exporter.page()), name, **labels)
        self.assertAlmostEqual(value, expected, places=6)


class OvercountError(AssertionError):
    pass


def metric(exporter, name, /, **labels):
    return total(parse_page(exporter.page()), name, **labels)


def keep_clear_of(seconds):
    """Waits past the end of the hour (3600) or the day (86400) in UTC if the test might not end before it."""
    left = seconds - time.time() % seconds
    if left < 120:
        time.sleep(left + 1)


def wait_polls(exporter, count, collector="spend_log"):
    """Waits until this many more polls have ended."""
    def polls():
        return metric(exporter, "litellm_exporter_polls_total", collector=collector)
    begin = polls()
    wait_until(lambda: polls() >= begin + count, 30, f"{count} more polls")

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server or a pooler may send anything: it costs a failed poll, never the process, nor its memory."""

import random
import re
import struct
import threading
import time
import unittest
from pathlib import Path

from fake_postgres import FakePostgres, answer, copy as fake_copy, data_row, error, message, row_description
from harness import FAST, IntegrationCase, metric, wait_until

NOW = b"%d" % (time.time_ns() // 1000)
# A server that no longer answers is given up soon, but a busy machine is no server that does not answer.
HASTY = FAST.replace("statement_timeout: 20s", "statement_timeout: 3s")
POLLS, FAILURES = "litellm_exporter_polls_total", "litellm_exporter_poll_failures_total"
# Of which AddressSanitizer takes the most.
MOST_MEMORY = 800e6
BEGUN = message(b"C", b"BEGIN\0")
# As many as the exporter asks for, and a mark at the end.
SOURCE = (Path(__file__).parents[2] / "exporter" / "spendlog" / "columns.hpp").read_text(encoding="utf-8")
FIELDS = len(re.findall(r"^  \w+,$", SOURCE, re.MULTILINE))
LINE = b"\t".join([b"id-%d", b"%d", b"%d"] + [b"\\N"] * (FIELDS - 3) + [b"."]) + b"\n"


def copy(*lines):
    return fake_copy(*lines, columns=FIELDS + 1)


def columns():
    """The columns that the exporter asks the catalogue for, all of them readable."""
    text = (Path(__file__).parents[2] / "compose" / "demo" / "schema.sql").read_text(encoding="utf-8")
    table = re.search(r'CREATE TABLE "LiteLLM_SpendLogs" \((.*?)\n\);', text, re.DOTALL).group(1)
    names = [*re.findall(r'^\s+"?(\w+)"? ', table, re.MULTILINE), "xmin"]
    return answer(*((name.encode(), b"f", b"t", b"f") for name in names))


def honest(sql):
    """What a real server with an empty log would answer."""
    if "pg_catalog.to_regclass" in sql:
        return answer((b"public", b"public", b"public"))
    if "FROM pg_attribute" in sql or "JOIN pg_attribute" in sql:
        return columns() if "'LiteLLM_SpendLogs'" in sql else row_description("c") + message(b"C", b"SELECT 0\0")
    if "pg_current_snapshot() s" in sql:
        return answer((NOW, b"100", b"100"))
    if "WITH RECURSIVE" in sql:
        return answer((b"16385",))
    if "pg_database" in sql:
        return answer((b"5", b"2200"))
    if sql.startswith("COPY"):
        return copy()
    if sql.startswith("SELECT"):
        return answer((None, None))
    return BEGUN


class HostileServer(IntegrationCase):
    @classmethod
    def setUpClass(cls):
        # No database at all.
        cls.cluster = None
        from demo.scratch import scratch_directory
        cls._scratch = scratch_directory()
        cls.directory = Path(cls._scratch.__enter__())

    @classmethod
    def tearDownClass(cls):
        cls._scratch.__exit__(None, None, None)

    def setUp(self):
        self.exporters = 0
        self.hostile = None
        self.given = threading.Event()
        self.server = FakePostgres(self.reply)
        self.addCleanup(self.server.stop)

    def reply(self, sql):
        hostile = self.hostile(sql) if self.hostile else None
        if hostile is None:
            return honest(sql)
        self.given.set()
        return hostile

    def start(self):
        exporter = self.exporter(HASTY, url=self.server.url())
        wait_until(lambda: self.metric(exporter, "litellm_exporter_baselines_total") == 1, 30, "a baseline")
        return exporter

    @staticmethod
    def metric(exporter, name):
        return metric(exporter, name) if name.endswith(("baselines_total", "bytes")) else metric(
            exporter, name, collector="spend_log")

    def suffer(self, exporter, hostile, what):
        """One poll ends in vain."""
        before = self.metric(exporter, FAILURES)
        self.given.clear()
        self.hostile = hostile
        wait_until(self.given.is_set, 60, f"{what} is sent")
        polls = self.metric(exporter, POLLS)
        wait_until(lambda: self.metric(exporter, POLLS) > polls + 1 or self.metric(exporter, FAILURES) > before, 60,
                   f"a poll with {what}")
        self.hostile = None
        self.assertGreater(self.metric(exporter, FAILURES), before, f"{what} was taken for an answer")

    def recover(self, exporter):
        wait_until(lambda: self.metric(exporter, "litellm_exporter_collector_success") == 1, 60, "a good poll")
        self.assertLess(metric(exporter, "process_resident_memory_bytes"), MOST_MEMORY)
        self.assertLess(max(map(len, exporter.log().splitlines())), 2000)

    def test_answers_that_make_no_sense(self):
        exporter = self.start()
        pid = exporter.pid

        def on(part, reply):
            return lambda sql: reply if part in sql else None
        snapshot, catalog = "pg_current_snapshot() s", "JOIN pg_attribute"
        edge = b"%d" % (2**63 - 1)
        cases = {
            "an empty result": on(snapshot, answer()),
            "too few columns": on(snapshot, answer((NOW,))),
            "NULLs": on(snapshot, answer((None, None, None))),
            "a newest row at the edge": lambda sql: (
                answer((b"-9223372036854775808",)) if 'ORDER BY "startTime" DESC' in sql
                else answer((NOW, b"9", b"8")) if snapshot in sql else None),
            "words for numbers": on(snapshot, answer((b"now", b"old", b"new"))),
            "an instant at the edge": on(snapshot, answer((edge, b"100", b"100"))),
            "an instant before all": on(snapshot, answer((b"-9223372036854775808", b"100", b"100"))),
            "ids at the edge": on(snapshot, answer((NOW, b"18446744073709551615", b"18446744073709551615"))),
            "ids in the wrong order": on(snapshot, answer((NOW, b"200", b"100"))),
            "a table without columns": on(catalog, answer((None, None, None, None))),
            "booleans that are none": on(catalog, answer((b"request_id", b"maybe", b"7", b""))),
            "a megabyte of schema": on(catalog, answer(*((b"x" * 1000, b"f", b"t", b"f") for _ in range(1000)))),
            "an error of three megabytes": on(snapshot, error(b"x" * 3_000_000)),
            "an error with control characters": on(snapshot, error(b"a\nb\x1b[31m\xff")),
            "no error fields": on(snapshot, message(b"E", b"\0")),
            "COPY IN": on("COPY", message(b"G", struct.pack("!bH", 0, 0))),
            "COPY BOTH": on("COPY", message(b"W", struct.pack("!bH", 0, 0))),
            "COPY for a query": on(snapshot, copy(LINE)),
            "two COPYs": on("COPY", copy() + copy()),
            "rows for COPY": on("COPY", answer((b"x",))),
            "too few fields": on("COPY", copy(b"a\tb\n")),
            "no end of the row": on("COPY", copy(LINE.replace(b".\n", b"\n"))),
            "no number of fields": on("COPY", message(b"H", b"\0")),
            "a field of a hundred megabytes": on("COPY", copy(b"x" * 100_000_000)),
            "an answer of a hundred megabytes": on(snapshot, answer((b"1" * 100_000_000, b"1", b"1"))),
            "a length below zero": on(snapshot, b"T\xff\xff\xff\xff"),
            "a length of two gigabytes": on(snapshot, b"D\x7f\xff\xff\xffx"),
            "a message of no kind": on(snapshot, message(b"\x01", b"hello")),
            "rows before their description": on(snapshot, data_row(b"1") + message(b"C", b"SELECT 1\0")),
            "a thousand notices": on(snapshot, message(b"N", b"SNOTICE\0Mhi\0\0") * 1000 + answer()),
            "notifications": on(snapshot, message(b"A", struct.pack("!I", 1) + b"a\0b\0") * 1000 + answer()),
            "a closed connection": on(snapshot, (b"", None)),
            "HTTP": on("BEGIN", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        }
        for what, hostile in cases.items():
            with self.subTest(what):
                self.suffer(exporter, hostile, what)
        self.recover(exporter)
        self.assertEqual(exporter.pid, pid)
        self.assertEqual(metric(exporter, "litellm_requests_total"), 0)

    def test_rows_that_are_cut_off(self):
        """PgBouncer ends a row that it has begun to send with its own error message, whatever there is still to come."""
        exporter = self.start()
        words = error(b"server conn crashed?", "08P01", "FATAL")
        seconds = int(NOW) // 10**6
        whole = copy(*(LINE % (n, seconds, seconds) for n in range(3)))
        for cut in sorted(random.Random(7).sample(range(len(whole) - 20), 25)):
            def cut_off(sql, cut=cut):
                return (whole[:cut] + words, None) if sql.startswith("COPY (SELECT q.*, '.' FROM (SELECT r.") else None
            with self.subTest(cut):
                self.suffer(exporter, cut_off, "a cut")
        self.recover(exporter)
        # What stood whole before a cut was taken, once.
        self.assertEqual(metric(exporter, "litellm_requests_total"), 2)
        self.assertEqual(metric(exporter, "litellm_exporter_spend_log_invalid_rows_total"), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""What both programs beside it start from: a database to which rows are written all the time, and an exporter that
counts them."""

import contextlib
import random
import sys
import threading
from pathlib import Path

import psycopg2

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS / "integration"), str(_TESTS / "benchmarks"), str(_TESTS.parent / "compose")]

from demo.exporter import Exporter  # noqa: E402
from demo.postgres import EXPORTER_ROLE, Cluster  # noqa: E402
from demo.process import wait_until  # noqa: E402
from demo.scratch import scratch_directory  # noqa: E402
from rows import failure, insert  # noqa: E402

DATABASE = "litellm"
MODELS = ["gpt-4o-mini", "claude-sonnet", "gemini-flash"]


class Writer(threading.Thread):
    """Rows of every kind, a few each tenth of a second; knows how many were committed."""

    def __init__(self, cluster, seed):
        super().__init__(daemon=True)
        self._cluster = cluster
        self._chooser = random.Random(seed)
        self._ended = threading.Event()
        self._connection = None
        # Held while a transaction is open.
        self.writing = threading.Lock()
        self.written = 0

    def run(self):
        while not self._ended.wait(0.1):
            # Nothing is written if the server is away: who stops it waits for the end of a transaction.
            with contextlib.suppress(psycopg2.Error):
                self.write([self._row() for _ in range(self._chooser.randint(1, 4))])

    def write(self, rows):
        """In one transaction; throws if it was none. Any thread."""
        with self.writing:
            try:
                self._connection = self._connection or self._cluster.connect(database=DATABASE)
                insert(self._connection, rows, duration=self._chooser.uniform(0, 30))
                self.written += len(rows)
            except psycopg2.Error:
                self._connection = None
                raise

    def _row(self):
        model = self._chooser.choice(MODELS)
        columns = {"model": model, "model_group": model, "team_id": f"team-{self._chooser.randint(1, 20)}",
                   "request_tags": [f"tag-{self._chooser.randint(1, 500)}"], "spend": 0.001,
                   "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        return failure(**columns) if self._chooser.random() < 0.1 else columns

    def stop(self):
        self._ended.set()
        self.join(60)


@contextlib.contextmanager
def scene(config, seed, headers=None, flags=()):
    """The cluster, an exporter that is ready, and the writer, which writes already. `headers` open the exporter's pages."""
    with scratch_directory() as scratch, contextlib.ExitStack() as ends:
        directory = Path(scratch)
        cluster = Cluster.create(directory / "postgres", durable=False)
        ends.callback(cluster.stop, "immediate")
        cluster.create_database(DATABASE)
        (directory / "exporter").mkdir()
        exporter = Exporter(directory / "exporter", cluster.url(EXPORTER_ROLE, DATABASE), config=config, flags=flags)
        exporter.start()
        ends.callback(exporter.stop)
        wait_until(lambda: exporter.get("/-/ready", headers=headers)[0] == 200, 60, "the exporter is ready")
        writer = Writer(cluster, seed)
        writer.start()
        ends.callback(writer.stop)
        yield cluster, exporter, writer


def entries(pid, name):
    """How many open files ("fd") or threads ("task") a process has."""
    return sum(1 for _ in Path(f"/proc/{pid}/{name}").iterdir())

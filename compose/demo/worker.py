# SPDX-License-Identifier: Apache-2.0
"""One of the proxy's worker processes: requests wait in memory until they are written."""

import contextlib
import heapq
import itertools
import random
import threading
import time

import psycopg2
from psycopg2.extras import Json, execute_values

from . import delivery
from .database import connect
from .requests import COLUMNS

_LOG = "LiteLLM_SpendLogs"
_ROWS_PER_STATEMENT = 100
_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
_INSERT = f'INSERT INTO "{{}}" ({_NAMES}) VALUES %s ON CONFLICT DO NOTHING'

# Shares of rows and statements that meet trouble on their way.
_LATE_ROW_SHARE = 0.02
_SLOW_COMMIT_SHARE = 0.1
_REPEATED_STATEMENT_SHARE = 0.02


class Worker(threading.Thread):
    """A queue and a connection. Rows reach the ledger once they are committed."""

    def __init__(self, url, seed, flush_seconds, ledger, mode, table):
        super().__init__(daemon=True)
        self._url = url
        self._rng = random.Random(seed)
        self._flush_seconds = flush_seconds
        self._ledger = ledger
        self._tables = {_LOG: mode.logs, table: lambda _row: True}
        self._delivers = mode.delivers
        self._queue = []  # a heap of (due, order, row)
        self._order = itertools.count()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._connection = None
        self.written = 0

    def add(self, row):
        late = self._rng.uniform(5, 120) if self._rng.random() < _LATE_ROW_SHARE else 0
        with self._lock:
            heapq.heappush(self._queue, (time.monotonic() + late, next(self._order), row))

    def waiting(self):
        with self._lock:
            return len(self._queue)

    def stop(self):
        """Writes what waits, late rows included, and ends."""
        self._stopping.set()

    def run(self):
        while not self._stopping.wait(self._flush_seconds * self._rng.uniform(0.5, 1.5)):
            with contextlib.suppress(psycopg2.OperationalError, psycopg2.InterfaceError):
                self._drain(time.monotonic())
        give_up = time.monotonic() + 30
        while self.waiting() and time.monotonic() < give_up:
            try:
                self._drain(float("inf"))
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                time.sleep(0.5)
        if self._connection:
            self._connection.close()

    def _drain(self, until):
        while batch := self._take(until):
            try:
                self._write([row for _, _, row in batch])
            except psycopg2.Error:
                # Back to the queue. Rows that did get in are skipped the next time.
                with self._lock:
                    for entry in batch:
                        heapq.heappush(self._queue, entry)
                raise
            self.written += len(batch)
            for _, _, row in batch:
                self._ledger.add(row)

    def _take(self, until):
        batch = []
        with self._lock:
            while self._queue and self._queue[0][0] <= until and len(batch) < _ROWS_PER_STATEMENT:
                batch.append(heapq.heappop(self._queue))
        return batch

    def _write(self, rows):
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._url)
        self._insert(rows)
        if self._rng.random() < _REPEATED_STATEMENT_SHARE:
            self._insert(rows)  # as after a lost acknowledgement

    def _insert(self, rows):
        with self._connection, self._connection.cursor() as cursor:
            for table, belongs in self._tables.items():
                execute_values(cursor, _INSERT.format(table), [_values(row) for row in rows if belongs(row)],
                               page_size=_ROWS_PER_STATEMENT)
            if self._delivers:
                delivery.write(cursor, rows)
            if self._rng.random() < _SLOW_COMMIT_SHARE:
                # Later transactions overtake this one. A stop does not wait for it.
                self._stopping.wait(self._rng.uniform(0.2, 2))


def _values(row):
    return [Json(row[name]) if name in ("metadata", "request_tags") else row[name] for name in COLUMNS]

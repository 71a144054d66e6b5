# SPDX-License-Identifier: Apache-2.0
"""Traffic that reaches the spend log the way LiteLLM's writer brings it there.

Each worker keeps finished requests in memory and now and then writes them in statements of at
most 100 rows, so rows become visible late and out of order. Run it alone against a database with
LiteLLM's tables:  python3 -m demo.traffic --database-url URL --rate 20 --for 60s --seed 1
"""

import argparse
import contextlib
import datetime
import random
import threading
import time

import psycopg2
from psycopg2.extras import execute_values

from . import delivery, entities
from .database import connect
from .durations import duration
from .errors import Errors
from .gateway import Gateway
from .ledger import Ledger
from .modes import MODES
from .requests import finished_request
from .worker import Worker

_BEAT = """INSERT INTO "LiteLLM_ProxyWorkerHeartbeat" (worker_id, hostname) VALUES %s
    ON CONFLICT (worker_id) DO UPDATE SET last_heartbeat_at = now()"""


class Traffic:
    """Requests at a rate, spread over workers. One seed gives one sequence of requests."""

    def __init__(self, url, rate, seed=1, workers=3, flush_seconds=2.0, mode="log", table="LiteLLM_SpendLogs"):
        """`table` is where every request is noted: another one where the `mode` keeps some out of LiteLLM's log."""
        self._url = url
        self._rate = rate
        self._rng = random.Random(seed)
        self._flush_seconds = flush_seconds
        self._ledger = Ledger()
        self._gateway = Gateway(seed)
        self._errors = Errors()
        self._names = [f"{seed}/{number}" for number in range(workers)]
        self._workers = [Worker(url, name, flush_seconds, self._ledger, MODES[mode], table) for name in self._names]
        self._clients = threading.Thread(target=self._send, daemon=True)
        self._accountant = threading.Thread(target=self._account, daemon=True)
        self._stopping = threading.Event()
        self._workers_done = threading.Event()

    @property
    def written(self):
        """Rows whose commit was acknowledged."""
        return sum(worker.written for worker in self._workers)

    def start(self):
        with contextlib.closing(connect(self._url)) as connection, connection:
            entities.fill(connection)
        for thread in (*self._workers, self._accountant, self._clients):
            thread.start()

    def stop(self):
        """Ends the requests and returns when every row is committed."""
        self._stopping.set()
        if self._clients.ident is None:
            return
        self._clients.join(10)
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            worker.join(60)
        self._workers_done.set()
        self._accountant.join(30)
        if left := sum(worker.waiting() for worker in self._workers):
            raise RuntimeError(f"{left} rows could not be written")

    def _send(self):
        due = time.monotonic()
        while not self._stopping.is_set():
            due += self._rng.expovariate(self._rate)
            self._stopping.wait(max(0.0, due - time.monotonic()))
            row = finished_request(self._rng, datetime.datetime.utcnow())
            self._gateway.add(row)
            self._errors.add(row)
            self._workers[self._rng.randrange(len(self._workers))].add(row)

    def _account(self):
        while not self._workers_done.wait(2 * self._flush_seconds):
            self._flush_ledger()
            self._flush_counts()
            self._beat()
        self._flush_ledger()
        self._flush_counts()

    def _flush_ledger(self):
        with (contextlib.suppress(psycopg2.OperationalError, psycopg2.InterfaceError),
              contextlib.closing(connect(self._url)) as connection):
            self._ledger.flush(connection)
            with connection, connection.cursor() as cursor:
                delivery.book(cursor)

    def _flush_counts(self):
        # Their tables came with v1.103 to v1.110.
        for counts in (self._gateway, self._errors):
            with contextlib.suppress(psycopg2.Error), contextlib.closing(connect(self._url)) as connection:
                counts.flush(connection)

    def _beat(self):
        # LiteLLM's workers beat every minute, which is long for a demonstration, and since v1.99 only.
        with (contextlib.suppress(psycopg2.Error), contextlib.closing(connect(self._url, autocommit=True)) as connection,
              connection.cursor() as cursor):
            execute_values(cursor, _BEAT, [(name, "litellm-0") for name in self._names])


def main():
    parser = argparse.ArgumentParser(prog="demo.traffic", description="Write rows as LiteLLM would.")
    parser.add_argument("--database-url", required=True, metavar="URL")
    parser.add_argument("--rate", type=float, default=20, help="requests a second (default 20)")
    parser.add_argument("--for", dest="seconds", type=duration, default=60, metavar="DURATION",
                        help="how long, such as 60s or 5m (default 60s)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    traffic = Traffic(options.database_url, options.rate, options.seed)
    traffic.start()
    with contextlib.suppress(KeyboardInterrupt):
        time.sleep(options.seconds)
    traffic.stop()
    print(f"{traffic.written} rows written")


if __name__ == "__main__":
    main()

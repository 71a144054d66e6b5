# SPDX-License-Identifier: Apache-2.0
"""How long it takes from the commit of a row to a page that has counted it, beside the interval of the polls. Rows
are committed at random moments, the page is fetched all the time. Prints figures, never fails.

Needs nothing but PostgreSQL."""

import http.client
import random
import re
import statistics
import threading
import time

from measured import arguments, busy_processes, fill, measured_cluster
from harness import DATABASE, EXPORTER_ROLE, metric
from rows import insert
from demo.exporter import Exporter

COUNTED = re.compile(rb"^litellm_exporter_spend_log_rows_total (\d+)$", re.MULTILINE)


class Writer(threading.Thread):
    """Commits single rows at random moments and notes when each commit was answered."""

    def __init__(self, cluster, rows, mean_pause):
        super().__init__(daemon=True)
        self._connection = cluster.connect(database=DATABASE)
        self._rows, self._mean_pause = rows, mean_pause
        self.committed = []

    def run(self):
        chooser = random.Random(1)
        for _ in range(self._rows):
            time.sleep(chooser.uniform(0, 2 * self._mean_pause))
            insert(self._connection, [{}])
            self.committed.append(time.monotonic())


def watch(exporter, first, rows, deadline):
    """When a page first showed each row, in the order of their commits."""
    connection = http.client.HTTPConnection("127.0.0.1", exporter.port, timeout=30)
    shown = []
    end = time.monotonic() + deadline
    while len(shown) < rows:
        if time.monotonic() > end:
            raise TimeoutError(f"{len(shown)} of {rows} rows were shown")
        connection.request("GET", "/metrics")
        page = connection.getresponse().read()
        now = time.monotonic()
        shown += [now] * (int(COUNTED.search(page)[1]) - first - len(shown))
        time.sleep(0.005)
    return shown


def main():
    parser = arguments(__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=500, help="to commit, default 500")
    parser.add_argument("--interval", type=int, default=1, metavar="SECONDS", help="of the polls, default 1")
    parser.add_argument("--table", type=int, default=100_000, metavar="ROWS", help="that are there before, default 100000")
    parser.add_argument("--load", type=int, default=0, metavar="N", help="busy processes beside it, default 0")
    options = parser.parse_args()
    mean_pause = options.interval / 5
    with measured_cluster() as (cluster, scratch):
        fill(cluster, options.table, rate=20, fields=4)
        exporter = Exporter(scratch, cluster.url(EXPORTER_ROLE, DATABASE),
                            config=f"database: {{poll_interval: {options.interval}s}}\n")
        exporter.start()
        exporter.wait_ready(60)
        first = int(metric(exporter, "litellm_exporter_spend_log_rows_total"))
        with busy_processes(options.load):
            writer = Writer(cluster, options.rows, mean_pause)
            writer.start()
            shown = watch(exporter, first, options.rows, 600 + 4 * options.rows * mean_pause)
            writer.join()
        waits = [after - before for before, after in zip(writer.committed, shown)]
        cuts = statistics.quantiles(waits, n=100, method="inclusive")
        print(f"{options.rows} rows beside {options.load} busy processes, a poll each {options.interval} s: shown"
              f" {cuts[49]:.3f} s after the commit (p50), {cuts[98]:.3f} s (p99), {max(waits):.3f} s (most);"
              f" p99 is the interval and {(cuts[98] - options.interval) * 1000:.0f} ms")
        exporter.stop()


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A compressed day: nothing of the exporter grows while it polls as often as in a day, is scraped, reloads its
configuration, loses its sessions and its server. Fails if memory, open files, threads or sessions do.

Polls come each second instead of each fifteen, and what is remembered for hours is remembered for minutes. So the
default of 96 minutes has the polls of a day, and any other duration as many as it has seconds."""

import argparse
import random
import statistics
import sys
import time

from scene import EXPORTER_ROLE, entries, scene
from harness import metric
from measured import memory
from demo.process import wait_until

CONFIG = """
database: {poll_interval: 1s}
spend_log: {window: 1m, sweep_window: 5m, sweep_interval: 10s}
entities: {poll_interval: 1s}
"""
# Until caches and tables have the size that they keep.
WARM_UP = 0.4
# What an allocator keeps at one time and not at another, in megabytes; of the others there may not be one more.
SLACK = {"memory": 3}


class Samples:
    """What the process took, every second."""

    def __init__(self, cluster, exporter):
        self._cluster, self._exporter = cluster, exporter
        self.taken = {"memory": [], "files": [], "threads": [], "sessions": []}

    def take(self):
        pid = self._exporter.pid
        sessions = self._cluster.query("SELECT count(*) FROM pg_stat_activity WHERE usename = %s", (EXPORTER_ROLE,))
        for name, value in (("memory", memory(pid)), ("files", entries(pid, "fd")),
                            ("threads", entries(pid, "task")), ("sessions", sessions[0][0])):
            self.taken[name].append(value)

    def grown(self):
        """A line for each thing: how it was after warming up and at the end. True if one is more than it was."""
        grown = False
        for name, values in self.taken.items():
            fifth = len(values) // 5
            begin = int(len(values) * WARM_UP)
            before = statistics.median(values[begin:begin + fifth])
            after = statistics.median(values[-fifth:])
            bad = after > before + SLACK.get(name, 0)
            print(f"{name}: {before:.1f} after warming up, {after:.1f} at the end, {max(values):.1f} at most"
                  + (": IT GROWS" if bad else ""), flush=True)
            grown = grown or bad
        return grown


def disturb(cluster, exporter, writer, second):
    """What comes now and then in a day, at this second."""
    if second % 60 == 10:
        exporter.get("/-/reload", method="POST")
    if second % 60 == 40:
        cluster.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (EXPORTER_ROLE,))
    if second % 600 == 300:
        with writer.writing:
            cluster.restart()
    for path in ("/metrics", "/status", "/", "/nothing-here"):
        exporter.get(path)
    exporter.get("/metrics", headers={"Accept-Encoding": "gzip"})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=5760, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the rows; default: at random")
    options = parser.parse_args()
    if options.seconds < 30:
        parser.error("one fifth of the seconds is compared with another: 30 at least")
    print(f"soak: {options.seconds} seconds, seed {options.seed}", flush=True)
    with scene(CONFIG, options.seed, flags=["--web.enable-lifecycle"]) as (cluster, exporter, writer):
        samples = Samples(cluster, exporter)
        begin = time.monotonic()
        for second in range(options.seconds):
            disturb(cluster, exporter, writer, second)
            samples.take()
            time.sleep(max(0, begin + second + 1 - time.monotonic()))
        writer.stop()
        wait_until(lambda: metric(exporter, "litellm_requests_total") == writer.written, 120, "all rows are counted")
        print(f"{writer.written} rows counted of {writer.written},"
              f" {metric(exporter, 'litellm_exporter_polls_total', collector='spend_log'):.0f} polls of the log,"
              f" {metric(exporter, 'litellm_exporter_polls_total'):.0f} in all", flush=True)
        log = exporter.log()
        grown = samples.grown()
    if "Sanitizer" in log:
        print("a sanitizer has reported a fault")
    return 1 if grown or "Sanitizer" in log else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""What the exporter needs by the number of its series: memory, processor time at rest and of a poll, time to
the first useful page. Prints figures, never fails.

usage: footprint.py [SERIES]..., default 1000 10000 100000
"""

import signal
import statistics
import sys
import time

from measured import cpu_seconds, measured_cluster, memory, peak_memory
from tags import counted_tags, exporter_of, fill_tags
from demo.process import wait_until

ROUNDS = 5
# Of a poll each two seconds.
WINDOW_SECONDS = 7
REST_SECONDS = 60


def print_memory(series, exporter):
    goal = 25 + 700 * series / 1e6
    now = memory(exporter.pid)
    print(f"{series} series: {now:.1f} MB resident, {peak_memory(exporter.pid):.1f} MB at most;"
          f" 25 MB and 700 bytes a series would be {goal:.1f} MB, ratio {now / goal:.2f}", flush=True)


def cost(exporter, change):
    """Milliseconds of the exporter's processor during some polls, one of which sees the change."""
    begin = cpu_seconds(exporter.pid)
    change()
    time.sleep(WINDOW_SECONDS)
    return (cpu_seconds(exporter.pid) - begin) * 1000


def rest(exporter):
    """Until the rows that were written last are read no more: rows of the last half minute are read by each poll."""
    time.sleep(90)
    wait_until(lambda: cost(exporter, lambda: None) < 50, 300, "the exporter has nothing to do")


def reload(exporter):
    """Everything is rendered anew where the configuration is another one."""
    text = exporter.config_file.read_text(encoding="utf-8")
    exporter.config_file.write_text(
        text.replace("1000000", "1000001") if "1000000" in text else text.replace("1000001", "1000000"), encoding="utf-8")
    exporter.send_signal(signal.SIGHUP)


def print_polls(cluster, exporter, series):
    tags = series // 2
    changes = {"nothing": lambda: None,
               "everything, as by a reload,": lambda: reload(exporter),
               "1 %": lambda: fill_tags(cluster, max(1, tags // 100), spread=100)}
    rest(exporter)
    costs = {name: statistics.median(cost(exporter, change) for _ in range(ROUNDS)) for name, change in changes.items()}
    idle, everything, few = costs.values()
    for name, taken in costs.items():
        print(f"{series} series, {name} is made anew: {taken:.0f} ms of processor in {WINDOW_SECONDS} s", flush=True)
    print(f"{series} series: what 1 % costs against everything: ratio {(few - idle) / (everything - idle):.2f}", flush=True)


def print_rest(exporter, series):
    begin, cpu = time.monotonic(), cpu_seconds(exporter.pid)
    time.sleep(REST_SECONDS)
    share = (cpu_seconds(exporter.pid) - cpu) / (time.monotonic() - begin)
    print(f"{series} series, nothing happens, default configuration: {100 * share:.2f} % of a core", flush=True)


def print_start(exporter, series):
    exporter.stop()
    begin = time.monotonic()
    exporter.start()
    wait_until(lambda: counted_tags(exporter) >= series // 2, 60, "the first useful page", interval=0.01)
    print(f"{series} series: first useful page {time.monotonic() - begin:.2f} s after the start", flush=True)


def measure(cluster, directory, series):
    directory.mkdir()
    exporter = exporter_of(cluster, directory)
    try:
        fill_tags(cluster, series // 2)
        wait_until(lambda: counted_tags(exporter) == series // 2, 300, "all tags are counted")
        print_memory(series, exporter)
        print_polls(cluster, exporter, series)
        print_memory(series, exporter)
        print_start(exporter, series)
        print_memory(series, exporter)
        exporter.stop()
        exporter.config_file.write_text("limits: {series_per_family: 1000000}\n", encoding="utf-8")
        exporter.start()
        exporter.wait_ready(60)
        print_rest(exporter, series)
    finally:
        exporter.stop()


def main():
    with measured_cluster() as (cluster, scratch):
        for series in [int(word) for word in sys.argv[1:]] or [1000, 10_000, 100_000]:
            cluster.query('TRUNCATE "LiteLLM_SpendLogs"', database="litellm")
            measure(cluster, scratch / str(series), series)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""The table on the terminal: what Prometheus sees beside what the spend log says."""

import time

from .truth import prometheus_p95_seconds, prometheus_totals, table_p95_seconds

_PERIOD_SECONDS = 5
_LINES_PER_HEADER = 20
_HEADER = (
    f"{'':8}  {'requests':^21}  {'errors':^21}  {'spend, USD':^21}  {'p95, seconds':^21}\n"
    f"{'time':8}" + f"  {'Prometheus':>10} {'table':>10}" * 4
)


def watch(stack, seconds):
    """Prints a line every few seconds, for so many seconds; for ever if None."""
    end = None if seconds is None else time.monotonic() + seconds
    line = 0
    while True:
        pause = _PERIOD_SECONDS if end is None else min(_PERIOD_SECONDS, end - time.monotonic())
        if pause <= 0:
            return
        time.sleep(pause)
        if line % _LINES_PER_HEADER == 0:
            print(_HEADER, flush=True)
        print(_line(stack), flush=True)
        line += 1


def _line(stack):
    seen = prometheus_totals(stack.prometheus)
    table, _ = stack.table_totals()
    columns = (
        f"{seen.requests:>10.0f} {table.requests:>10}",
        f"{seen.failures:>10.0f} {table.failures:>10}",
        f"{seen.spend:>10.4f} {table.spend:>10.4f}",
        f"{_seconds(prometheus_p95_seconds(stack.prometheus))} "
        f"{_seconds(table_p95_seconds(stack.connection, stack.table, stack.since, stack.started))}",
    )
    return "  ".join((time.strftime("%H:%M:%S"), *columns))


def _seconds(value):
    return f"{'-':>10}" if value is None or value != value else f"{value:>10.2f}"

# SPDX-License-Identifier: Apache-2.0
"""What was committed, and what the counters may therefore show."""

import threading
import time
from collections import Counter
from typing import NamedTuple

# Costs are multiples of this, so that sums of floating-point numbers are exact.
SPEND_UNIT = 1 / 1024


class Row(NamedTuple):
    request_id: str
    model: str
    provider: str
    # Of a failure: its exception class and status code.
    error: tuple | None
    spend_units: int
    input_tokens: int
    output_tokens: int
    # Seconds since 1970, by the writer's clock.
    started: float
    seconds: float


class Entry:
    """A row, and when its transaction was committed."""

    def __init__(self, row):
        self.row = row
        # By the monotonic clock: when COMMIT was sent, and when it was answered.
        self.sent = time.monotonic()
        self.answered = None


class Bounds(NamedTuple):
    """The least and the most that each series may show."""
    least: Counter
    most: Counter


def series_of(row):
    """{series: what the row adds to it}; a series is a family and its labels."""
    names = {("model", row.model), ("provider", row.provider)}

    def series(family, **labels):
        return family, frozenset(names | set(labels.items()))
    status = "failure" if row.error else "success"
    result = {
        series("litellm_requests_total", status=status): 1,
        series("litellm_spend_usd_total"): row.spend_units * SPEND_UNIT,
        series("litellm_input_tokens_total"): row.input_tokens,
        series("litellm_output_tokens_total"): row.output_tokens,
        series("litellm_request_duration_seconds_count", status=status): 1,
    }
    if row.error:
        result[series("litellm_errors_total", exception_class=row.error[0], status_code=row.error[1])] = 1
    return result


FAMILIES = {"litellm_requests_total", "litellm_errors_total", "litellm_spend_usd_total", "litellm_input_tokens_total",
            "litellm_output_tokens_total", "litellm_request_duration_seconds_count"}


class Ledger:
    """Rows since the last comparison, on top of what the counters showed then. Any thread may write."""

    def __init__(self):
        self._lock = threading.Lock()
        self._open = {}
        self._settled = Counter()
        self._counted = []
        # Changes whenever an older state would show other numbers than the settled ones.
        self.epoch = 0

    def sending(self, rows):
        """A transaction is about to be committed: it is in doubt until answered()."""
        with self._lock:
            for row in rows:
                self._open.setdefault(row.request_id, Entry(row))

    def answered(self, rows):
        with self._lock:
            for row in rows:
                self._open[row.request_id].answered = time.monotonic()

    def ids(self):
        with self._lock:
            return list(self._open)

    def counted_ids(self):
        """Of rows that earlier comparisons have found counted; each is given out once."""
        with self._lock:
            ids, self._counted = self._counted, []
            return ids

    def most_requests(self):
        """No page may ever show more, whatever becomes of rows in doubt."""
        with self._lock:
            return len(self._open) + sum(
                value for (family, _), value in self._settled.items() if family == "litellm_requests_total")

    def bounds(self, present, baseline=None, rows_may_miss=False):
        """`present` are the ids that are in the table now, `baseline` is the span of time in which the counters began
        anew, `rows_may_miss` says that the exporter itself tells so.

        A row that was committed and is gone was lost with the server's unwritten log: it may have been counted before.
        """
        least, most = Counter(), Counter()
        if baseline is None:
            least.update(self._settled)
            most.update(self._settled)
        with self._lock:
            entries = list(self._open.values())
        for entry in entries:
            if baseline and entry.answered and entry.answered < baseline[0]:
                continue
            amounts = series_of(entry.row)
            most.update(amounts)
            before_baseline = baseline and entry.sent < baseline[1]
            if entry.row.request_id in present and not before_baseline and not rows_may_miss:
                least.update(amounts)
        return Bounds(least, most)

    def settle(self, shown, present, exact):
        """The comparison has succeeded: from now on `shown` is the base; `exact` if nothing was left to chance."""
        with self._lock:
            self._counted += present
            self._settled = Counter(shown)
            self._open.clear()
        if not exact:
            self.epoch += 1

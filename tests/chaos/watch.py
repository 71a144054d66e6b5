# SPDX-License-Identifier: Apache-2.0
"""Looks at the page all the time: counters never fall, and never show more than was written."""

import threading
import time
from http.client import HTTPException

from page import Page

_BASELINE = 'new baseline: counting what is committed from now on" table=LiteLLM_SpendLogs '


class Watch(threading.Thread):
    def __init__(self, exporter, ledger):
        super().__init__(daemon=True)
        self._exporter, self._ledger = exporter, ledger
        self._ended = threading.Event()
        # Pages are compared in the order in which they were read.
        self._looking = threading.Lock()
        self._last = {}
        self.faults = []
        # An older state, or none, may show less than the page before it.
        self.may_fall = False
        # The state is gone or damaged.
        self.may_begin_anew = False
        self._baselines = 0
        # When the last baseline was found in the log, by the monotonic clock.
        self.baseline_seen = None

    def run(self):
        while not self._ended.wait(0.5):
            self.look()

    def look(self):
        with self._looking:
            self._look()

    def _look(self):
        self._look_at_log()
        try:
            text = self._exporter.page()
        except (OSError, RuntimeError, HTTPException):
            return
        page = Page(text)
        shown = page.total("litellm_requests_total")
        if shown > (most := self._ledger.most_requests()):
            self.faults.append(f"the page shows {shown} requests, {most} were written")
        counted = page.counted()
        fallen = [f"{name} {dict(labels)}: {value} after {self._last[name, labels]}"
                  for (name, labels), value in counted.items() if value < self._last.get((name, labels), 0)]
        if fallen and not self.may_fall:
            self.faults.append("counters fell: " + "; ".join(fallen))
        # A series that is missing for a moment may not come back with less.
        self._last = counted if self.may_fall else {**self._last, **counted}

    def _look_at_log(self):
        count = self._exporter.log().count(_BASELINE)
        if count > self._baselines:
            self._baselines = count
            self.baseline_seen = time.monotonic()

    def settled(self):
        """A comparison has succeeded."""
        self.may_fall = self.may_begin_anew = False
        self.baseline_seen = None

    def end(self):
        self._ended.set()
        self.join(60)

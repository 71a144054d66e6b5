# SPDX-License-Identifier: Apache-2.0
"""What the proxies count at their edge."""

import collections
import random
import threading

from psycopg2.extras import execute_values

from .requests import ENDPOINTS

# Refused at capacity: such a request becomes a row nowhere.
_REFUSED_SHARE = 0.01

_REQUESTS = """INSERT INTO "LiteLLM_DailyGatewayRequests" AS t
    (date, category, route, successful_requests, failed_requests) VALUES %s
    ON CONFLICT (date, category, route) DO UPDATE SET updated_at = EXCLUDED.updated_at,
    successful_requests = t.successful_requests + EXCLUDED.successful_requests,
    failed_requests = t.failed_requests + EXCLUDED.failed_requests"""
_FAILURES = """INSERT INTO "LiteLLM_DailyGatewayFailedRequests" AS t
    (date, category, route, status_code, failed_requests) VALUES %s
    ON CONFLICT (date, category, route, status_code) DO UPDATE SET updated_at = EXCLUDED.updated_at,
    failed_requests = t.failed_requests + EXCLUDED.failed_requests"""


class Gateway:
    """Counts not written yet. add() may be called from any thread, flush() from one."""

    def __init__(self, seed):
        self._rng = random.Random(f"{seed}/gateway")
        self._lock = threading.Lock()
        self._clear()

    def _clear(self):
        self._answers = collections.Counter()

    def add(self, row):
        if row["metadata"].keys() & {"internal_call_origin", "billed_retry_attempt"}:
            return
        route = ENDPOINTS[row["call_type"]] or "/chat/completions"
        key = (row["endTime"].date().isoformat(), "mcp" if route == "/mcp" else "llm", route)
        with self._lock:
            self._answers[(*key, _status(row))] += 1
            if self._rng.random() < _REFUSED_SHARE:
                self._answers[(*key, 503)] += 1

    def flush(self, connection):
        """Writes all counts in one transaction; a failure loses them."""
        with self._lock:
            answers = self._answers
            self._clear()
        totals = collections.defaultdict(lambda: [0, 0])
        for (*key, status), count in answers.items():
            totals[tuple(key)][status >= 300] += count
        with connection, connection.cursor() as cursor:
            execute_values(cursor, _REQUESTS, [(*key, *sums) for key, sums in sorted(totals.items())])
            execute_values(cursor, _FAILURES, [(*key, count) for key, count in sorted(answers.items()) if key[-1] >= 300])


def _status(row):
    if row["status"] != "failure":
        return 200
    code = str((row["metadata"].get("error_information") or {}).get("error_code") or "")
    return int(code) if code.isdigit() else 500

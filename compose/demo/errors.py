# SPDX-License-Identifier: Apache-2.0
"""Failures by the day, model and status code, which LiteLLM writes apart from everything else."""

import collections
import threading

from psycopg2.extras import execute_values

_ERRORS = """INSERT INTO "LiteLLM_DailyRequestErrors" AS t
    (date, api_key, team_id, user_id, model_group, status_code, failed_requests) VALUES %s
    ON CONFLICT (date, api_key, team_id, user_id, model_group, status_code) DO UPDATE SET
    updated_at = EXCLUDED.updated_at, failed_requests = t.failed_requests + EXCLUDED.failed_requests"""


class Errors:
    """Counts not written yet. add() may be called from any thread, flush() from one."""

    def __init__(self):
        self._lock = threading.Lock()
        self._counts = collections.Counter()

    def add(self, row):
        if row["status"] != "failure" or row["metadata"].keys() & {"internal_call_origin", "billed_retry_attempt"}:
            return
        code = str((row["metadata"].get("error_information") or {}).get("error_code") or "")
        key = (row["startTime"].date().isoformat(), row["api_key"] or "", row["team_id"] or "", row["user"] or "",
               row["model_group"] or row["model"] or "", int(code) if code.isdigit() else 0)
        with self._lock:
            self._counts[key] += 1

    def flush(self, connection):
        """Writes all counts in one transaction; a failure loses them."""
        with self._lock:
            counts, self._counts = self._counts, collections.Counter()
        with connection, connection.cursor() as cursor:
            if counts:
                execute_values(cursor, _ERRORS, [(*key, count) for key, count in sorted(counts.items())])

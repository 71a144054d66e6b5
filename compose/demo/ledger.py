# SPDX-License-Identifier: Apache-2.0
"""Running totals beside the log: the entities' `spend` and the daily tables.

LiteLLM keeps them in queues of their own and writes them on a slower clock than the rows.
"""

import threading
import uuid
from collections import defaultdict

from psycopg2.extras import execute_values

from .requests import ENDPOINTS

# Table, its column of the entity, and the row's column that names the entity.
_ENTITIES = (
    ("LiteLLM_VerificationToken", "token", "api_key"),
    ("LiteLLM_TeamTable", "team_id", "team_id"),
    ("LiteLLM_UserTable", "user_id", "user"),
    ("LiteLLM_OrganizationTable", "organization_id", "organization_id"),
    ("LiteLLM_EndUserTable", "user_id", "end_user"),
)
_DAILY = (
    ("LiteLLM_DailyUserSpend", "user_id", "user"),
    ("LiteLLM_DailyTeamSpend", "team_id", "team_id"),
    ("LiteLLM_DailyOrganizationSpend", "organization_id", "organization_id"),
    ("LiteLLM_DailyEndUserSpend", "end_user_id", "end_user"),
)
_GROUP = ("date", "model", "model_group", "custom_llm_provider", "mcp_namespaced_tool_name", "endpoint")
_MEASURES = ("prompt_tokens", "completion_tokens", "cache_read_input_tokens", "cache_creation_input_tokens",
             "spend", "api_requests", "successful_requests", "failed_requests", "total_response_time_ms",
             "timed_requests", "prompt_caching_savings_spend")


class Ledger:
    """Increments not written yet. add() may be called from any thread, flush() from one."""

    def __init__(self):
        self._lock = threading.Lock()
        self._clear()

    def _clear(self):
        self._spend = {table: defaultdict(float) for table, _, _ in _ENTITIES}
        self._tag_spend = defaultdict(float)
        self._daily = defaultdict(lambda: [0] * len(_MEASURES))

    def add(self, row):
        measures = _measures(row)
        group = (row["startTime"].date().isoformat(), row["model"], row["model_group"],
                 row["custom_llm_provider"], row["mcp_namespaced_tool_name"] or "", ENDPOINTS[row["call_type"]])
        with self._lock:
            for table, _, column in _ENTITIES:
                if row[column]:
                    self._spend[table][row[column]] += row["spend"]
            for table, entity, column in _DAILY:
                # Without a team there is no team's day; a rejected key still has a user's day.
                if row[column] or table == "LiteLLM_DailyUserSpend":
                    self._count(table, (entity, "api_key"), (row[column], row["api_key"]), group, measures)
            for tag in row["request_tags"]:
                self._tag_spend[tag] += row["spend"]
                self._count("LiteLLM_DailyTagSpend", ("tag", "api_key"), (tag, row["api_key"]), group, measures)
            self._count("LiteLLM_DailyGlobalSpend", (), (), group, measures)

    def _count(self, table, columns, values, group, measures):
        sums = self._daily[table, columns, values + group]
        for index, measure in enumerate(measures):
            sums[index] += measure

    def flush(self, connection):
        """Writes all increments in one transaction; a failure loses them, as it does in LiteLLM."""
        with self._lock:
            spend, tag_spend, daily = self._spend, self._tag_spend, self._daily
            self._clear()
        with connection, connection.cursor() as cursor:
            _add_customers(cursor, spend["LiteLLM_EndUserTable"])
            for table, column, _ in _ENTITIES:
                _add_spend(cursor, table, column, spend[table])
            _add_spend(cursor, "LiteLLM_TagTable", "tag_name", tag_spend)
            _add_days(cursor, daily)


def _measures(row):
    usage = row["metadata"]["usage_object"]
    details = usage["prompt_tokens_details"] if usage else {}
    # LiteLLM's own calls have spend and tokens, and are no requests.
    one = int(not row["metadata"].keys() & {"internal_call_origin", "billed_retry_attempt"})
    failed = one * int(row["status"] == "failure")
    return (row["prompt_tokens"], row["completion_tokens"], details.get("cached_tokens") or 0,
            details.get("cache_creation_tokens") or 0, row["spend"], one, one - failed, failed,
            row["request_duration_ms"], one, _saved(row, details.get("cached_tokens") or 0))


def _saved(row, cached):
    """What the cached part of the input would have cost more: it costs a tenth (see requests.py)."""
    cost = row["metadata"].get("cost_breakdown")
    return cost["input_cost"] * 0.9 * cached / (row["prompt_tokens"] - 0.9 * cached) if cost and cached else 0.0


def _add_customers(cursor, spend):
    """Customers exist from their first request on."""
    execute_values(cursor, 'INSERT INTO "LiteLLM_EndUserTable" (user_id) VALUES %s ON CONFLICT DO NOTHING',
                   [(name,) for name in spend])


def _add_spend(cursor, table, column, spend):
    execute_values(cursor, f'UPDATE "{table}" SET spend = spend + increment.usd FROM (VALUES %s)'
                           f' AS increment (id, usd) WHERE "{table}"."{column}" = increment.id',
                   sorted(spend.items()))


def _add_days(cursor, daily):
    rows_by_table = defaultdict(list)
    for (table, columns, values), measures in daily.items():
        rows_by_table[table, columns].append((str(uuid.uuid4()), *values, *measures))
    increments = ", ".join(f"{name} = spend_table.{name} + EXCLUDED.{name}" for name in _MEASURES)
    for (table, columns), rows in rows_by_table.items():
        # The unique key names the model group only where there is no key to tell groups apart.
        group = _GROUP if not columns else tuple(name for name in _GROUP if name != "model_group")
        names = ("id", *columns, *_GROUP, *_MEASURES)
        placeholders = ", ".join(["%s"] * len(names))
        execute_values(
            cursor,
            f'INSERT INTO "{table}" AS spend_table ({", ".join(names)}, updated_at) VALUES %s'
            f' ON CONFLICT ({", ".join((*columns, *group))})'
            f' DO UPDATE SET {increments}, updated_at = EXCLUDED.updated_at',
            rows, f"({placeholders}, CURRENT_TIMESTAMP)")

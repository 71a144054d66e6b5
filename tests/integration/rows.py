# SPDX-License-Identifier: Apache-2.0
"""Rows of the spend log for tests: one dictionary each, with the columns that matter."""

import hashlib
import json
import uuid

from psycopg2.extras import execute_values

COLUMNS = {
    "request_id": None, "call_type": "acompletion", "api_key": "", "spend": 0.0, "total_tokens": 0,
    "prompt_tokens": 0, "completion_tokens": 0, "startTime": None, "endTime": None,
    "completionStartTime": None, "model": "gpt-4o-mini", "model_group": "gpt-4o-mini",
    "custom_llm_provider": "openai", "user": "", "metadata": {}, "cache_hit": "None",
    "request_tags": [], "team_id": "", "end_user": "", "status": "success",
    "mcp_namespaced_tool_name": None, "model_id": "", "api_base": "", "organization_id": None,
    "agent_id": None,
}


def key_hash(text):
    return hashlib.sha256(text.encode()).hexdigest()


def failure(error_class="RateLimitError", error_code="429", **columns):
    information = {"error_class": error_class, "error_code": error_code, "llm_provider": "openai",
                   "error_message": "no", "traceback": "..."}
    return {"status": "failure",
            "metadata": {"status": "failure", "error_information": information}, **columns}


def insert(connection, rows, age=0.0, duration=1.0):
    """Inserts rows that ended `age` seconds ago after `duration` seconds, unless they say when.

    Times are numbers: seconds relative to now. One statement, as LiteLLM writes.
    """
    values = []
    for row in rows:
        unknown = set(row) - set(COLUMNS)
        if unknown:
            raise KeyError(f"not a column: {unknown}")
        full = {**COLUMNS, "endTime": -age, "startTime": -age - duration, **row}
        full["request_id"] = full["request_id"] or str(uuid.uuid4())
        if full["completionStartTime"] is None:
            full["completionStartTime"] = full["endTime"]
        for column in ("metadata", "request_tags"):
            if full[column] is not None and not isinstance(full[column], str):
                full[column] = json.dumps(full[column])
        values.append([full[column] for column in COLUMNS])
    names = ", ".join(f'"{column}"' for column in COLUMNS)
    instant = "(now() AT TIME ZONE 'UTC') + %s * interval '1 second'"
    template = "(" + ", ".join(
        instant if column.endswith("Time") else "%s" for column in COLUMNS) + ")"
    with connection.cursor() as cursor:
        execute_values(
            cursor,
            f'INSERT INTO "LiteLLM_SpendLogs" ({names}) VALUES %s ON CONFLICT DO NOTHING',
            values, template=template, page_size=len(values))

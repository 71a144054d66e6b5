# SPDX-License-Identifier: Apache-2.0
"""LiteLLM's ledger, written as its two writers do: requests with their deliveries in one transaction, then the booking."""

import json
import uuid

from psycopg2.extras import execute_values

from rows import insert

PAYLOAD = {
    "status": "success", "model": "gpt-4o-mini", "model_group": "gpt-4o-mini", "custom_llm_provider": "openai",
    "spend": 0.0, "prompt_tokens": 0, "completion_tokens": 0, "api_key": "", "team_id": None, "user": "", "end_user": "",
    "organization_id": None, "agent_id": None, "call_type": "acompletion", "mcp_namespaced_tool_name": None, "metadata": {},
}


def deliver(connection, requests, logged=True, duration=1.0):
    """Requests that end now, in one transaction; columns as those of rows.insert(). Returns their ids.

    `logged` is whether LiteLLM writes them to its spend log, or a function that says so of each.
    """
    requests = [{"request_id": str(uuid.uuid4()), **request} for request in requests]
    autocommit, connection.autocommit = connection.autocommit, False
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT (now() AT TIME ZONE 'UTC') - %s * interval '1 second'", (duration,))
            start = cursor.fetchone()[0].isoformat() + "+00:00"
            written = [request for request in requests if (logged(request) if callable(logged) else logged)]
            if written:
                insert(connection, written, duration=duration)
            payloads = [{**PAYLOAD, **request, "startTime": start, "request_duration_ms": duration * 1000,
                         "request_tags": json.dumps(request.get("request_tags", []))} for request in requests]
            execute_values(cursor, 'INSERT INTO "LiteLLM_SpendLogDelivery" (request_id, accounting_payload, is_batch) VALUES %s',
                           [(payload["request_id"], json.dumps(payload), False) for payload in payloads])
    finally:
        connection.autocommit = autocommit
    return [request["request_id"] for request in requests]


def book(connection, limit=None, state="applied"):
    """LiteLLM has added pending deliveries to its sums, or parks them; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute('UPDATE "LiteLLM_SpendLogDelivery" SET state = %s::"AccountingDeliveryState",'
                       " applied_at = CASE WHEN %s = 'applied' THEN CURRENT_TIMESTAMP END"
                       ' WHERE delivery_id IN (SELECT delivery_id FROM "LiteLLM_SpendLogDelivery" WHERE state = \'pending\''
                       " ORDER BY next_attempt_at LIMIT %s)", (state, state, limit))
        return cursor.rowcount

# SPDX-License-Identifier: Apache-2.0
"""The ledger of LiteLLM's accounting (since 1.110): a delivery for each request, booked a little later."""

import json

from psycopg2.extras import execute_values

# What a delivery keeps of a request, beside its times, tags and metadata.
_KEPT = ("request_id", "status", "model", "model_group", "custom_llm_provider", "spend", "prompt_tokens",
         "completion_tokens", "api_key", "team_id", "user", "end_user", "organization_id", "agent_id", "call_type",
         "mcp_namespaced_tool_name", "request_duration_ms")
_KEPT_METADATA = ("usage_object", "billed_retry_attempt", "internal_call_origin")

_INSERT = """INSERT INTO "LiteLLM_SpendLogDelivery" (delivery_id, request_id, accounting_payload, is_batch) VALUES %s
    ON CONFLICT (delivery_id) DO NOTHING"""
_BOOK = """UPDATE "LiteLLM_SpendLogDelivery" SET state = 'applied', applied_at = CURRENT_TIMESTAMP
    WHERE state = 'pending' AND next_attempt_at <= CURRENT_TIMESTAMP"""
# LiteLLM keeps it for a day, a demonstration for an hour.
_FORGET = """DELETE FROM "LiteLLM_SpendLogDelivery"
    WHERE state = 'applied' AND applied_at < CURRENT_TIMESTAMP - interval '1 hour'"""


def write(cursor, rows):
    """In the transaction of the rows themselves; once for each, however often it is tried."""
    execute_values(cursor, _INSERT, [("delivery-" + row["request_id"], row["request_id"], json.dumps(_payload(row)), False)
                                     for row in rows], page_size=len(rows))


def book(cursor):
    """All sums have them now."""
    cursor.execute(_BOOK)
    cursor.execute(_FORGET)


def _payload(row):
    metadata = {name: row["metadata"][name] for name in _KEPT_METADATA if name in row["metadata"]}
    project = row["metadata"].get("user_api_key_project_id")
    metadata["accounting_entities"] = {"project_id": project} if project else {}
    return {**{name: row.get(name) for name in _KEPT}, "startTime": row["startTime"].isoformat() + "+00:00",
            "request_tags": json.dumps(row.get("request_tags") or []), "metadata": metadata}

# SPDX-License-Identifier: Apache-2.0
"""LiteLLM's daily sums of requests, written as its writers do: groups that grow, and where one has NULLs a new row."""

import uuid
from datetime import datetime, timedelta, timezone

OWNERS = {"User": "user", "Team": "team_id", "Tag": "request_tags", "Organization": "organization_id", "Agent": "agent_id",
          "EndUser": "end_user"}
COLUMNS = {"User": "user_id", "Team": "team_id", "Tag": "tag", "Organization": "organization_id", "Agent": "agent_id",
           "EndUser": "end_user_id"}
DEFAULTS = {"model": "gpt-4o-mini", "model_group": "gpt-4o-mini", "custom_llm_provider": "openai", "api_key": "", "user": ""}


def day(days_ago=0):
    return (datetime.now(timezone.utc) - timedelta(days=days_ago)).strftime("%Y-%m-%d")


def upsert(cursor, table, keys, amounts):
    names = [*keys, *amounts]
    grown = ", ".join(f'"{name}" = t."{name}" + EXCLUDED."{name}"' for name in amounts)
    id_, updated = ("", "") if table == "LiteLLM_DailyModelUsage" else ("id, updated_at, ", "%s, now(), ")
    unique = [name for name in keys if name != "model_group" or table == "LiteLLM_DailyModelUsage"]
    cursor.execute(f'INSERT INTO "{table}" AS t ({id_}{", ".join(names)}) VALUES ({updated}{", ".join(["%s"] * len(names))})'
                   f' ON CONFLICT ({", ".join(unique)}) DO UPDATE SET {grown}',
                   [*([str(uuid.uuid4())] if id_ else []), *keys.values(), *amounts.values()])


def account(connection, requests, days_ago=0, model_usage=True, tables=tuple(OWNERS), times=False):
    """Adds requests to the sums of one day; columns as those of rows.insert()."""
    with connection.cursor() as cursor:
        for request in ({**DEFAULTS, **request} for request in requests):
            failed = request.get("status") == "failure"
            amounts = {"spend": request.get("spend", 0), "prompt_tokens": request.get("prompt_tokens", 0),
                       "completion_tokens": request.get("completion_tokens", 0), "successful_requests": int(not failed),
                       "failed_requests": int(failed)}
            model = {name: request[name] for name in ("model", "model_group", "custom_llm_provider")}
            if model_usage:
                upsert(cursor, "LiteLLM_DailyModelUsage", {"date": day(days_ago), **model, "task_type": "chat"}, amounts)
            for table in tables:
                owners = request.get(OWNERS[table])
                if table == "User":
                    owners = [owners]
                elif table != "Tag":
                    owners = [owners] if owners else []
                for owner in owners or []:
                    more = {"api_requests": 1, "cache_read_input_tokens": request.get("cached", 0)}
                    if times:
                        more.update(total_response_time_ms=1500, timed_requests=1)
                    upsert(cursor, f"LiteLLM_Daily{table}Spend",
                           {COLUMNS[table]: owner, "date": day(days_ago), "api_key": request["api_key"], **model,
                            "mcp_namespaced_tool_name": request.get("mcp_namespaced_tool_name", ""), "endpoint": "/chat/completions"},
                           {**amounts, **more})

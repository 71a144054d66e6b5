# SPDX-License-Identifier: Apache-2.0
"""Finished requests as rows of the spend log."""

import datetime
import hashlib
import uuid
from typing import NamedTuple

from . import catalogue, document
from .catalogue import KEYS, MODELS, TEAM_BY_ALIAS

COLUMNS = (
    "request_id", "call_type", "api_key", "spend", "total_tokens", "prompt_tokens", "completion_tokens",
    "startTime", "endTime", "request_duration_ms", "completionStartTime", "model", "model_id", "model_group",
    "custom_llm_provider", "api_base", "user", "metadata", "cache_hit", "cache_key", "request_tags",
    "team_id", "organization_id", "end_user", "requester_ip_address", "session_id", "status",
    "mcp_namespaced_tool_name", "agent_id", "litellm_call_id",
)

ENDPOINTS = {"acompletion": "/chat/completions", "aembedding": "/embeddings", "call_mcp_tool": "/mcp", "": ""}


class Tokens(NamedTuple):
    prompt: int = 0
    completion: int = 0
    cached: int = 0
    cache_creation: int = 0
    reasoning: int = 0
    media: int = 0          # audio or images: of the prompt, and half as many of the completion


def finished_request(rng, end):
    """The row of a request that ends at `end` (naive UTC); `rng` decides everything but its id.

    Ids are never repeated, so that a second run on the same database adds rows.
    """
    model = _pick(rng, MODELS)
    key = _pick(rng, KEYS)
    row = _common(rng, model, key)
    kind = rng.random()
    if kind < catalogue.FAILURE_SHARE:
        seconds = _fail(rng, row, model, _pick(rng, catalogue.FAILURES))
    elif kind < catalogue.FAILURE_SHARE + catalogue.MCP_SHARE:
        seconds = _call_tool(rng, row)
    else:
        tokens = _tokens(rng, model)
        seconds = _succeed(rng, row, model, tokens)
        kind -= catalogue.FAILURE_SHARE + catalogue.MCP_SHARE
        if kind < catalogue.INTERNAL_SHARE:
            _ask_for_itself(rng, row)
        elif kind < catalogue.INTERNAL_SHARE + catalogue.PROBE_SHARE:
            _probe(row)
        elif kind > 1 - catalogue.FAILURE_SHARE - catalogue.MCP_SHARE - catalogue.CACHE_HIT_SHARE:
            seconds = _answer_from_cache(rng, row, end)
    _set_times(rng, row, model, end, seconds)
    return row


def _pick(rng, table):
    return rng.choices(table, [entry.weight for entry in table])[0]


def _common(rng, model, key):
    agent = rng.choice(catalogue.USER_AGENTS)
    tags = rng.sample(catalogue.TAGS, rng.choice((0, 0, 1, 1, 2)))
    tags += ["User-Agent: " + agent.split("/")[0], "User-Agent: " + agent]
    call_id = str(uuid.uuid4())
    deployment = rng.choice(model.deployments)
    row = dict.fromkeys(COLUMNS, "")
    row.update(
        request_id="chatcmpl-" + uuid.uuid4().hex, litellm_call_id=call_id, session_id=str(uuid.uuid4()),
        call_type="aembedding" if model.kind == "embedding" else "acompletion",
        api_key=key.token, user=key.user, team_id=key.team_id,
        organization_id=TEAM_BY_ALIAS[key.team].organization if key.team else "",
        end_user=rng.choice(catalogue.END_USERS) if rng.random() < 0.3 else "",
        model=model.deployment, model_group=model.group, custom_llm_provider=model.provider,
        model_id=deployment.id, api_base=f"https://{deployment.host}/v1" if deployment.host else "",
        cache_hit="None", cache_key="Cache OFF", request_tags=tags, requester_ip_address="127.0.0.1",
        spend=0.0, total_tokens=0, prompt_tokens=0, completion_tokens=0, status="success",
        mcp_namespaced_tool_name=None,
        agent_id=rng.choice(catalogue.AGENTS) if rng.random() < catalogue.AGENT_SHARE else None,
        metadata={
            **document.caller(key, key.token, agent), **document.sent(rng), **document.guardrails(rng), **document.attempts(rng, model),
            "status": None, "error_information": None, "usage_object": None, "cost_breakdown": None,
            "mcp_tool_call_metadata": None, "litellm_overhead_time_ms": round(rng.uniform(1, 40), 3),
            "model_map_information": document.price_entry(model),
        },
    )
    return row


def _tokens(rng, model):
    prompt = max(1, int(rng.lognormvariate(6.2, 1.1)))
    if model.kind == "embedding":
        return Tokens(prompt)
    completion = max(1, int(rng.lognormvariate(5.0, 1.0)))
    cached = int(prompt * rng.uniform(0.2, 0.8)) if prompt > 1024 and rng.random() < 0.5 else 0
    creation = (prompt - cached) // 2 if model.provider == "anthropic" and prompt > 1024 and rng.random() < 0.2 else 0
    reasoning = int(completion * rng.uniform(0.3, 0.9)) if model.kind == "reasoning" else 0
    media = min(prompt, completion) if model.kind in ("audio", "image") else 0
    return Tokens(prompt, completion, cached, creation, reasoning, media)


def _succeed(rng, row, model, tokens):
    row.update(prompt_tokens=tokens.prompt, completion_tokens=tokens.completion,
               total_tokens=tokens.prompt + tokens.completion)
    row["metadata"]["usage_object"] = document.usage(model, tokens)
    if model.input_price is not None:
        # What the provider has cached costs a tenth.
        input_cost = (tokens.prompt - 0.9 * tokens.cached) * model.input_price / 1e6
        output_cost = tokens.completion * model.output_price / 1e6
        openai = model.provider == "openai"
        tool_cost = 0.01 if openai and rng.random() < catalogue.SEARCH_SHARE else 0.0
        row["spend"] = input_cost + output_cost + tool_cost
        row["metadata"]["cost_breakdown"] = {
            "input_cost": input_cost, "output_cost": output_cost, "tool_usage_cost": tool_cost, "total_cost": row["spend"],
            "service_tier": rng.choice(catalogue.SERVICE_TIERS) if openai else None}
    if rng.random() < catalogue.LONG_CALL_SHARE:
        return rng.uniform(60, 400)
    return rng.lognormvariate(0, 0.6) * model.median_seconds


def _ask_for_itself(rng, row):
    """A call of LiteLLM's own, or an attempt that the provider bills though a later one decided."""
    origin = rng.choice(catalogue.INTERNAL_ORIGINS)
    row["metadata"].update({"billed_retry_attempt": True} if origin == "billed_retry" else {"internal_call_origin": origin})


def _probe(row):
    """LiteLLM tries a deployment, by the name that it has there."""
    row.update(api_key=document.PROBE, team_id=document.PROBE, user="", organization_id="", end_user="", agent_id=None,
               model_group="", request_tags=[document.PROBE])
    row["metadata"].update(document.caller(None, document.PROBE, row["metadata"]["user_agent"]))


def _answer_from_cache(rng, row, end):
    """LiteLLM's own response cache: full token counts, no cost."""
    row.update(cache_hit="True", spend=0.0, cache_key=hashlib.sha256(row["request_id"].encode()).hexdigest(),
               request_id=f"{row['request_id']}_cache_hit{end.timestamp()}")
    row["metadata"]["cost_breakdown"] = None
    return rng.uniform(0.002, 0.03)


def _fail(rng, row, model, failure):
    row.update(status="failure", cache_hit="False", request_id=row["litellm_call_id"])
    metadata = row["metadata"]
    metadata.update(status="failure", error_information=document.error(failure, model.provider))
    if failure.rejected:
        # No deployment was chosen yet. What the client called the model is not kept either.
        row.update(call_type="", model_id="", api_base="", model_group="", custom_llm_provider="",
                   model="unknown-model" if failure.error_class == "BadRequestError" else model.group)
        metadata.update(model_map_information=None)
        metadata["error_information"]["llm_provider"] = ""
    if failure.error_class == "AuthenticationError":
        # The hash of whatever the client sent: it belongs to no key, and is new each time.
        bogus = hashlib.sha256(rng.randbytes(16)).hexdigest()
        row.update(api_key=bogus, user="", team_id="", organization_id="", end_user="", agent_id=None)
        metadata.update(document.caller(None, bogus, metadata["user_agent"]))
    if failure.error_class == "Timeout":
        return rng.uniform(30, 120)
    return rng.uniform(0.001, 0.01) if failure.rejected else rng.lognormvariate(-0.7, 0.8)


def _call_tool(rng, row):
    server, tool = rng.choice(catalogue.MCP_TOOLS)
    row.update(call_type="call_mcp_tool", model=f"MCP: {tool}", model_group="", model_id="", api_base="",
               custom_llm_provider="", mcp_namespaced_tool_name=f"{server}/{tool}", request_id=row["litellm_call_id"],
               spend=0.001 if server == "tickets" else 0.0)
    row["metadata"].update(attempted_fallbacks=0, original_model_group=None, model_map_information=None, mcp_tool_call_metadata={
        "name": tool, "namespaced_tool_name": f"{server}/{tool}", "mcp_server_name": server})
    return rng.lognormvariate(-0.5, 0.7)


def _set_times(rng, row, model, end, seconds):
    """The columns hold milliseconds. Only a stream's first token comes before the end."""
    end = end.replace(microsecond=end.microsecond // 1000 * 1000)
    duration = max(1, int(seconds * 1000))
    first = duration
    streams = row["status"] == "success" and row["cache_hit"] == "None" and row["call_type"] == "acompletion"
    if streams and duration > 50 and rng.random() < model.stream_share:
        first = int(duration * rng.uniform(0.05, 0.4))
        row["metadata"]["litellm_overhead_time_ms"] = None
        if rng.random() < catalogue.HANG_UP_SHARE:
            # LiteLLM calls that a success.
            row["metadata"]["error_information"] = document.HUNG_UP
    start = end - datetime.timedelta(milliseconds=duration)
    row.update(startTime=start, endTime=end, request_duration_ms=duration,
               completionStartTime=start + datetime.timedelta(milliseconds=first))

# SPDX-License-Identifier: Apache-2.0
"""The metadata document of a spend-log row, as large and as nested as LiteLLM writes it."""

from .catalogue import CUSTOMERS, GUARDRAILS, MODELS, TEAM_BY_ALIAS

# Key, team and tag of LiteLLM's own health probes.
PROBE = "litellm-internal-health-check"
HUNG_UP = {"error_code": "499", "error_class": "ClientDisconnected", "llm_provider": "", "error_message": "", "traceback": ""}

# LiteLLM stores its whole price entry of the model with each row: about 2 kB that nobody reads.
_PRICE_VARIANTS = ("", "_priority", "_flex", "_batches", "_above_128k_tokens", "_above_200k_tokens")
_PRICES = ("input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost",
           "cache_creation_input_token_cost", "output_cost_per_reasoning_token")
_OTHER_PRICES = ("input_cost_per_character", "input_cost_per_query", "input_cost_per_second",
                 "input_cost_per_audio_token", "output_cost_per_audio_token", "output_cost_per_image",
                 "output_cost_per_second", "search_context_cost_per_query", "citation_cost_per_token")
_FEATURES = ("system_messages", "response_schema", "vision", "function_calling", "tool_choice",
             "assistant_prefill", "prompt_caching", "audio_input", "audio_output", "pdf_input",
             "embedding_image_input", "native_streaming", "web_search", "url_context", "reasoning",
             "computer_use", "parallel_function_calling")


def price_entry(model):
    """`model_map_information` of a deployment."""
    entry = {price + variant: None for price in _PRICES for variant in _PRICE_VARIANTS}
    entry.update(dict.fromkeys(_OTHER_PRICES))
    entry.update({"supports_" + feature: model.kind != "embedding" for feature in _FEATURES})
    entry.update(key=model.deployment, litellm_provider=model.provider, max_tokens=16384,
                 max_input_tokens=128000, max_output_tokens=16384, mode=model.kind, tpm=None, rpm=None,
                 supported_openai_params=["temperature", "top_p", "max_tokens", "stream", "tools"])
    if model.input_price is not None:
        entry["input_cost_per_token"] = model.input_price / 1e6
        entry["output_cost_per_token"] = model.output_price / 1e6
    return {"model_map_key": model.deployment, "model_map_value": entry}


def caller(key, token, user_agent):
    """Who asked; all null for a key that LiteLLM does not know."""
    team = TEAM_BY_ALIAS.get(key.team) if key else None
    return {
        "user_api_key": token,
        "user_api_key_alias": key.alias if key else None,
        "user_api_key_team_id": team.id if team else None,
        "user_api_key_team_alias": team.alias if team else None,
        "user_api_key_user_id": key.user or None if key else None,
        "user_api_key_org_id": team.organization or None if team else None,
        "user_api_key_project_id": team.project_id if team else None,
        "user_api_key_project_alias": team.project or None if team else None,
        "requester_ip_address": "127.0.0.1",
        "user_agent": user_agent,
        "vector_store_request_metadata": None,
        "batch_models": None,
        "cold_storage_object_key": None,
    }


def sent(rng):
    """What some clients send to be written into the log."""
    return {"spend_logs_metadata": {"customer": rng.choice(CUSTOMERS)} if rng.random() < 0.4 else None}


def usage(model, tokens):
    """`usage_object`; Anthropic repeats its cache counts at the top level."""
    def media(kind, amount):
        return amount if model.kind == kind else None
    result = {
        "prompt_tokens": tokens.prompt,
        "completion_tokens": tokens.completion,
        "total_tokens": tokens.prompt + tokens.completion,
        "prompt_tokens_details": {"cached_tokens": tokens.cached, "audio_tokens": media("audio", tokens.media),
                                  "image_tokens": media("image", tokens.media),
                                  "cache_creation_tokens": tokens.cache_creation or None},
        "completion_tokens_details": {"reasoning_tokens": tokens.reasoning, "audio_tokens": media("audio", tokens.media // 2),
                                      "image_tokens": media("image", tokens.media // 2)},
    }
    if model.provider == "anthropic":
        result["cache_read_input_tokens"] = tokens.cached
        result["cache_creation_input_tokens"] = tokens.cache_creation
    return result


def error(failure, provider):
    return {
        "error_code": failure.status_code,
        "error_class": failure.error_class,
        "llm_provider": provider,
        "error_message": f"litellm.{failure.error_class}: {failure.message}",
        "traceback": 'Traceback (most recent call last):\n  File "router.py", line 1, in acompletion\n' * 8,
    }


def guardrails(rng):
    """Sometimes one guardrail looks at the request; it rarely steps in."""
    if rng.random() > 0.08:
        return {"applied_guardrails": [], "guardrail_information": None}
    name, provider, mode = rng.choice(GUARDRAILS)
    status = rng.choices(("success", "guardrail_intervened", "guardrail_failed_to_respond"), (90, 8, 2))[0]
    return {
        "applied_guardrails": [name],
        "guardrail_information": [{
            "guardrail_name": name, "guardrail_provider": provider, "guardrail_mode": mode,
            "guardrail_status": status, "duration": round(rng.uniform(0.01, 0.2), 4),
            "masked_entity_count": None,
        }],
    }


def attempts(rng, model):
    """Sometimes the router had to try again, or to turn to another model."""
    result = {"attempted_retries": 0, "max_retries": 2, "attempted_fallbacks": 0, "original_model_group": None}
    if rng.random() < 0.03:
        result["attempted_retries"] = rng.randint(1, 2)
    if rng.random() < 0.01:
        others = [other.group for other in MODELS if other.kind == model.kind and other is not model]
        result.update(attempted_fallbacks=1, original_model_group=rng.choice(others or [model.group + "-preview"]))
    return result

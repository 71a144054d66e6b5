# SPDX-License-Identifier: Apache-2.0
"""What the imaginary proxy serves, to whom, and what goes wrong: plain tables.

Weights are relative; prices are USD per million tokens, None where LiteLLM knows no price.
"""

import hashlib
import uuid
from typing import NamedTuple


class Deployment(NamedTuple):
    id: str
    host: str


class Model(NamedTuple):
    group: str              # the public name that clients ask for
    deployment: str         # what LiteLLM calls the provider's model
    provider: str
    kind: str               # chat, reasoning, embedding, audio or image
    input_price: float
    output_price: float
    median_seconds: float
    stream_share: float
    weight: int
    hosts: tuple            # one for each deployment: the same twice is a second key there

    @property
    def deployments(self):
        return tuple(Deployment(hashlib.sha256(f"{self.group}/{number}".encode()).hexdigest(), host)
                     for number, host in enumerate(self.hosts))


MODELS = (
    Model("gpt-4o-mini", "gpt-4o-mini", "openai", "chat", 0.15, 0.60, 1.2, 0.6, 34, ("api.openai.example", "east.azure.example")),
    Model("o4-mini", "o4-mini", "openai", "reasoning", 1.10, 4.40, 9.0, 0.5, 8, ("api.openai.example",)),
    Model("text-embedding-3-small", "text-embedding-3-small", "openai", "embedding", 0.02, 0.0, 0.12, 0.0, 20, ("api.openai.example",)),
    Model("claude-sonnet", "claude-sonnet-4-5", "anthropic", "chat", 3.00, 15.00, 3.5, 0.8, 20, ("api.anthropic.example", "api.anthropic.example")),
    Model("gemini-flash", "gemini-2.5-flash", "vertex_ai", "chat", 0.30, 2.50, 1.6, 0.5, 12, ("vertex.google.example",)),
    Model("llama-70b", "us.meta.llama3-3-70b-instruct-v1:0", "bedrock", "chat", 0.72, 0.72, 2.4, 0.3, 5, ("",)),
    Model("qwen-in-house", "qwen3-32b", "hosted_vllm", "chat", None, None, 1.8, 0.4, 1, ("qwen.internal:8000",)),
    Model("voice", "gpt-4o-audio-preview", "openai", "audio", 2.50, 10.00, 2.5, 0.3, 2, ("api.openai.example",)),
    Model("pictures", "gemini-2.5-flash-image", "vertex_ai", "image", 0.30, 30.00, 6.0, 0.0, 2, ("vertex.google.example",)),
)


class Team(NamedTuple):
    alias: str
    max_budget: float       # None: unlimited
    soft_budget: float
    organization: str
    project: str            # the alias; empty: none

    @property
    def id(self):
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "team:" + self.alias))

    @property
    def project_id(self):
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "project:" + self.project)) if self.project else None


TEAMS = (
    Team("search", 200.0, 150.0, "", "shop"),
    Team("support", 50.0, None, "company", "shop"),
    Team("billing", 20.0, 15.0, "company", ""),
    Team("research", None, None, "laboratory", "reading"),
    Team("platform", None, None, "laboratory", ""),
)
TEAM_BY_ALIAS = {team.alias: team for team in TEAMS}


class Key(NamedTuple):
    name: str               # what its hash is made of
    alias: str              # None: nobody gave it one
    team: str               # None: belongs to no team
    user: str
    max_budget: float
    weight: int

    @property
    def token(self):
        return hashlib.sha256(f"sk-demo-{self.name}".encode()).hexdigest()

    @property
    def team_id(self):
        return TEAM_BY_ALIAS[self.team].id if self.team else ""


KEYS = (
    Key("search-web", "search-web", "search", "user-01", 100.0, 30),
    Key("search-indexer", "search-indexer", "search", "user-01", None, 20),
    Key("search-canary", "search-canary", "search", "user-02", 5.0, 2),
    Key("support-bot", "support-bot", "support", "user-03", 40.0, 25),
    Key("support-triage", "support-triage", "support", "user-03", None, 8),
    Key("billing-batch", "billing-batch", "billing", "user-04", 10.0, 10),
    Key("billing-report", "billing-report", "billing", "user-04", None, 3),
    Key("research-notebook", "research-notebook", "research", "user-05", None, 8),
    Key("research-evaluation", "research-evaluation", "research", "user-06", None, 6),
    Key("platform-ci", "platform-ci", "platform", "user-07", 15.0, 6),
    Key("platform-docs", "platform-docs", "platform", "user-07", None, 3),
    Key("platform-unnamed", None, "platform", "user-07", None, 1),
    Key("sandbox", "sandbox", None, "user-08", 1.0, 4),
    Key("monitoring", "monitoring", None, "", None, 2),
    Key("unnamed", None, None, "user-08", None, 1),
)

TAGS = ("env:production", "env:staging", "job:nightly", "feature:chat", "feature:summaries")
USER_AGENTS = ("OpenAI/Python 1.109.1", "OpenAI/JS 5.23.2", "Anthropic/Python 0.69.0", "curl/7.88.1")
END_USERS = tuple(f"customer-{number:03}" for number in range(1, 41))
GUARDRAILS = (("pii-masking", "presidio", "pre_call"), ("prompt-injection", "lakera_v2", "during_call"))
CUSTOMERS = ("acme", "globex", "initech", "umbrella")
AGENTS = ("planner", "reviewer")
SERVICE_TIERS = ("default", "default", "default", "flex", "priority")
INTERNAL_ORIGINS = ("autorouter_classifier", "llm_as_a_judge_guardrail", "billed_retry")
MCP_TOOLS = (("tickets", "search_issues"), ("tickets", "create_issue"), ("wiki", "read_page"))


class Failure(NamedTuple):
    error_class: str
    status_code: str
    message: str
    rejected: bool          # by the proxy itself, before a deployment was chosen
    weight: int


FAILURES = (
    Failure("RateLimitError", "429", "Rate limit reached for requests", False, 30),
    Failure("Timeout", "408", "Request timed out after 600 s", False, 10),
    Failure("InternalServerError", "500", "The server had an error processing the request", False, 12),
    Failure("ServiceUnavailableError", "503", "The model is overloaded", False, 12),
    Failure("APIConnectionError", "500", "Connection error", False, 6),
    Failure("ContextWindowExceededError", "400", "This model's maximum context length is exceeded", False, 8),
    Failure("BadRequestError", "400", "Invalid model name passed in", True, 8),
    Failure("AuthenticationError", "401", "Authentication Error, Invalid proxy server token passed", True, 10),
    Failure("BudgetExceededError", "422", "Budget has been exceeded", True, 4),
)

# Shares of all requests.
FAILURE_SHARE = 0.05
CACHE_HIT_SHARE = 0.06
MCP_SHARE = 0.01
INTERNAL_SHARE = 0.01
PROBE_SHARE = 0.01
AGENT_SHARE = 0.05
# Of the streams, and of the requests to OpenAI.
HANG_UP_SHARE = 0.03
SEARCH_SHARE = 0.03
LONG_CALL_SHARE = 0.01

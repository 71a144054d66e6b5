-- SPDX-License-Identifier: Apache-2.0
-- LiteLLM's tables as of v1.105, as far as an exporter is concerned. Instants are UTC without a zone.

-- One row for each finished request; only ever inserted, later deleted by retention.
CREATE TABLE "LiteLLM_SpendLogs" (
    request_id text PRIMARY KEY,
    call_type text NOT NULL,
    api_key text NOT NULL DEFAULT '',
    spend double precision NOT NULL DEFAULT 0.0,
    total_tokens integer NOT NULL DEFAULT 0,
    prompt_tokens integer NOT NULL DEFAULT 0,
    completion_tokens integer NOT NULL DEFAULT 0,
    "startTime" timestamp(3) NOT NULL,
    "endTime" timestamp(3) NOT NULL,
    request_duration_ms integer,
    "completionStartTime" timestamp(3),
    model text NOT NULL DEFAULT '',
    model_id text DEFAULT '',
    model_group text DEFAULT '',
    custom_llm_provider text DEFAULT '',
    api_base text DEFAULT '',
    "user" text DEFAULT '',
    metadata jsonb DEFAULT '{}',
    cache_hit text DEFAULT '',
    cache_key text DEFAULT '',
    request_tags jsonb DEFAULT '[]',
    team_id text,
    organization_id text,
    end_user text,
    requester_ip_address text,
    messages jsonb DEFAULT '{}',
    response jsonb DEFAULT '{}',
    session_id text,
    proxy_server_request jsonb DEFAULT '{}',
    status text,
    mcp_namespaced_tool_name text,
    agent_id text,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    litellm_call_id text
);
CREATE INDEX "LiteLLM_SpendLogs_startTime_idx" ON "LiteLLM_SpendLogs" ("startTime");
CREATE INDEX "LiteLLM_SpendLogs_startTime_request_id_idx" ON "LiteLLM_SpendLogs" ("startTime", request_id);
CREATE INDEX ON "LiteLLM_SpendLogs" (end_user);
CREATE INDEX ON "LiteLLM_SpendLogs" (session_id);

-- Virtual keys; "token" is the sha-256 of the key and what the spend log calls "api_key".
CREATE TABLE "LiteLLM_VerificationToken" (
    token text PRIMARY KEY,
    key_name text,
    key_alias text,
    soft_budget_cooldown boolean NOT NULL DEFAULT false,
    spend double precision NOT NULL DEFAULT 0.0,
    total_spend double precision NOT NULL DEFAULT 0.0,
    expires timestamp(3),
    models text[],
    aliases jsonb NOT NULL DEFAULT '{}',
    config jsonb NOT NULL DEFAULT '{}',
    router_settings jsonb DEFAULT '{}',
    user_id text,
    team_id text,
    agent_id text,
    project_id text,
    permissions jsonb NOT NULL DEFAULT '{}',
    max_parallel_requests integer,
    metadata jsonb NOT NULL DEFAULT '{}',
    blocked boolean,
    tpm_limit bigint,
    rpm_limit bigint,
    tpd_limit bigint,
    max_budget double precision,
    budget_duration text,
    budget_reset_at timestamp(3),
    allowed_cache_controls text[] DEFAULT ARRAY[]::text[],
    allowed_routes text[] DEFAULT ARRAY[]::text[],
    policies text[] DEFAULT ARRAY[]::text[],
    access_group_ids text[] DEFAULT ARRAY[]::text[],
    model_spend jsonb NOT NULL DEFAULT '{}',
    model_max_budget jsonb NOT NULL DEFAULT '{}',
    budget_limits jsonb,
    budget_fallbacks jsonb,
    budget_id text,
    organization_id text,
    object_permission_id text,
    key_type text,
    created_at timestamp(3) DEFAULT CURRENT_TIMESTAMP,
    created_by text,
    updated_at timestamp(3) DEFAULT CURRENT_TIMESTAMP,
    updated_by text,
    settings_updated_at timestamp(3),
    last_active timestamp(3),
    rotation_count integer DEFAULT 0,
    auto_rotate boolean DEFAULT false,
    rotation_interval text,
    last_rotation_at timestamp(3),
    key_rotation_at timestamp(3)
);
CREATE INDEX ON "LiteLLM_VerificationToken" (user_id, team_id);
CREATE INDEX ON "LiteLLM_VerificationToken" (team_id);
CREATE INDEX ON "LiteLLM_VerificationToken" (budget_reset_at, expires);

CREATE TABLE "LiteLLM_DeletedVerificationToken" (
    id text PRIMARY KEY,
    LIKE "LiteLLM_VerificationToken" INCLUDING DEFAULTS,
    deleted_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    deleted_by text,
    deleted_by_api_key text,
    litellm_changed_by text
);
CREATE INDEX ON "LiteLLM_DeletedVerificationToken" (token);

CREATE TABLE "LiteLLM_TeamTable" (
    team_id text PRIMARY KEY,
    team_alias text,
    organization_id text,
    object_permission_id text,
    admins text[],
    members text[],
    members_with_roles jsonb NOT NULL DEFAULT '{}',
    metadata jsonb NOT NULL DEFAULT '{}',
    max_budget double precision,
    soft_budget double precision,
    spend double precision NOT NULL DEFAULT 0.0,
    models text[],
    max_parallel_requests integer,
    tpm_limit bigint,
    rpm_limit bigint,
    tpd_limit bigint,
    budget_duration text,
    budget_reset_at timestamp(3),
    budget_limits jsonb,
    blocked boolean NOT NULL DEFAULT false,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    model_spend jsonb NOT NULL DEFAULT '{}',
    model_max_budget jsonb NOT NULL DEFAULT '{}',
    router_settings jsonb DEFAULT '{}',
    team_member_permissions text[] DEFAULT ARRAY[]::text[],
    default_team_member_models text[] DEFAULT ARRAY[]::text[],
    access_group_ids text[] DEFAULT ARRAY[]::text[],
    policies text[] DEFAULT ARRAY[]::text[],
    allow_team_guardrail_config boolean NOT NULL DEFAULT false,
    model_id integer UNIQUE
);

CREATE TABLE "LiteLLM_DeletedTeamTable" (
    id text PRIMARY KEY,
    LIKE "LiteLLM_TeamTable" INCLUDING DEFAULTS,
    deleted_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    deleted_by text,
    deleted_by_api_key text,
    litellm_changed_by text
);
CREATE INDEX ON "LiteLLM_DeletedTeamTable" (team_id);

-- Limits that other entities share by "budget_id".
CREATE TABLE "LiteLLM_BudgetTable" (
    budget_id text PRIMARY KEY,
    max_budget double precision,
    soft_budget double precision,
    max_parallel_requests integer,
    tpm_limit bigint,
    rpm_limit bigint,
    tpd_limit bigint,
    model_max_budget jsonb,
    allowed_models text[] DEFAULT ARRAY[]::text[],
    budget_duration text,
    budget_reset_at timestamp(3),
    temp_budget_increase double precision,
    temp_budget_expiry timestamp(3),
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_by text NOT NULL,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_by text NOT NULL
);

-- What was spent within windows of time, and on single models.
CREATE TABLE "LiteLLM_BudgetWindowSpend" (
    entity_type text NOT NULL,
    entity_id text NOT NULL,
    window_duration text NOT NULL,
    window_start timestamp(3) NOT NULL,
    spend double precision NOT NULL DEFAULT 0.0,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamp(3) NOT NULL,
    PRIMARY KEY (entity_type, entity_id, window_duration)
);

CREATE TABLE "LiteLLM_UserTable" (
    user_id text PRIMARY KEY,
    user_alias text,
    team_id text,
    sso_user_id text UNIQUE,
    organization_id text,
    object_permission_id text,
    password text,
    teams text[] DEFAULT ARRAY[]::text[],
    user_role text,
    max_budget double precision,
    spend double precision NOT NULL DEFAULT 0.0,
    user_email text,
    models text[],
    metadata jsonb NOT NULL DEFAULT '{}',
    max_parallel_requests integer,
    tpm_limit bigint,
    rpm_limit bigint,
    budget_duration text,
    budget_reset_at timestamp(3),
    allowed_cache_controls text[] DEFAULT ARRAY[]::text[],
    model_spend jsonb NOT NULL DEFAULT '{}',
    model_max_budget jsonb NOT NULL DEFAULT '{}',
    created_at timestamp(3) DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamp(3) DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE "LiteLLM_OrganizationTable" (
    organization_id text PRIMARY KEY,
    organization_alias text NOT NULL,
    budget_id text NOT NULL REFERENCES "LiteLLM_BudgetTable",
    metadata jsonb NOT NULL DEFAULT '{}',
    models text[],
    spend double precision NOT NULL DEFAULT 0.0,
    model_spend jsonb NOT NULL DEFAULT '{}',
    object_permission_id text,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_by text NOT NULL,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_by text NOT NULL
);

CREATE TABLE "LiteLLM_ProjectTable" (
    project_id text PRIMARY KEY,
    project_alias text,
    description text,
    team_id text,
    budget_id text,
    metadata jsonb NOT NULL DEFAULT '{}',
    models text[],
    spend double precision NOT NULL DEFAULT 0.0,
    model_spend jsonb NOT NULL DEFAULT '{}',
    model_rpm_limit jsonb NOT NULL DEFAULT '{}',
    model_tpm_limit jsonb NOT NULL DEFAULT '{}',
    blocked boolean NOT NULL DEFAULT false,
    object_permission_id text,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_by text NOT NULL,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_by text NOT NULL
);

-- Customers; "user_id" is whatever the client sent.
CREATE TABLE "LiteLLM_EndUserTable" (
    user_id text PRIMARY KEY,
    alias text,
    spend double precision NOT NULL DEFAULT 0.0,
    allowed_model_region text,
    default_model text,
    budget_id text REFERENCES "LiteLLM_BudgetTable",
    object_permission_id text,
    blocked boolean NOT NULL DEFAULT false
);

CREATE TABLE "LiteLLM_OrganizationMembership" (
    user_id text NOT NULL,
    organization_id text NOT NULL,
    user_role text,
    spend double precision DEFAULT 0.0,
    budget_id text REFERENCES "LiteLLM_BudgetTable",
    created_at timestamp(3) DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamp(3) DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (user_id, organization_id)
);

CREATE TABLE "LiteLLM_TeamMembership" (
    user_id text NOT NULL,
    team_id text NOT NULL,
    spend double precision NOT NULL DEFAULT 0.0,
    total_spend double precision NOT NULL DEFAULT 0.0,
    budget_id text REFERENCES "LiteLLM_BudgetTable",
    PRIMARY KEY (user_id, team_id)
);

CREATE TABLE "LiteLLM_TagTable" (
    tag_name text PRIMARY KEY,
    description text,
    models text[],
    model_info jsonb,
    spend double precision NOT NULL DEFAULT 0.0,
    budget_id text REFERENCES "LiteLLM_BudgetTable",
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_by text,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- Groups of models that have a budget.
CREATE TABLE "LiteLLM_ModelAccessGroupBudgetTable" (
    access_group_name text PRIMARY KEY,
    spend double precision NOT NULL DEFAULT 0.0,
    budget_id text REFERENCES "LiteLLM_BudgetTable",
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_by text,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_by text
);

CREATE TABLE "LiteLLM_AgentsTable" (
    agent_id text PRIMARY KEY,
    agent_name text NOT NULL UNIQUE,
    litellm_params jsonb,
    agent_card_params jsonb NOT NULL,
    static_headers jsonb DEFAULT '{}',
    extra_headers text[] DEFAULT ARRAY[]::text[],
    kill_switch jsonb,
    agent_access_groups text[] DEFAULT ARRAY[]::text[],
    access_group_ids text[] DEFAULT ARRAY[]::text[],
    object_permission_id text,
    spend double precision NOT NULL DEFAULT 0.0,
    identity_managed boolean NOT NULL DEFAULT false,
    enabled boolean NOT NULL DEFAULT true,
    execution_mode text NOT NULL DEFAULT 'autonomous',
    tpm_limit integer,
    rpm_limit integer,
    session_tpm_limit integer,
    session_rpm_limit integer,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_by text NOT NULL,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_by text NOT NULL
);

-- Models kept in the database; those of the configuration file are not here.
CREATE TABLE "LiteLLM_ProxyModelTable" (
    model_id text PRIMARY KEY,
    model_name text NOT NULL,
    litellm_params jsonb NOT NULL,
    model_info jsonb,
    blocked boolean NOT NULL DEFAULT false,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_by text NOT NULL,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_by text NOT NULL
);

-- A history; the latest row of each (model_id, model_name) is the state.
CREATE TABLE "LiteLLM_HealthCheckTable" (
    health_check_id text PRIMARY KEY,
    model_name text NOT NULL,
    model_id text,
    status text NOT NULL,
    healthy_count integer NOT NULL DEFAULT 0,
    unhealthy_count integer NOT NULL DEFAULT 0,
    error_message text,
    response_time_ms double precision,
    details jsonb,
    checked_by text,
    checked_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamp(3) NOT NULL
);
CREATE INDEX "LiteLLM_HealthCheckTable_model_id_model_name_checked_at_idx"
    ON "LiteLLM_HealthCheckTable" (model_id, model_name, checked_at DESC);

-- A row for each worker process, which writes now() into it every minute, in its session's time zone.
CREATE TABLE "LiteLLM_ProxyWorkerHeartbeat" (
    worker_id text PRIMARY KEY,
    hostname text NOT NULL,
    started_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    last_heartbeat_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- "status" stays as it is: LiteLLM stores no check of a server's health.
CREATE TABLE "LiteLLM_MCPServerTable" (
    server_id text PRIMARY KEY,
    server_name text,
    alias text,
    url text,
    transport text NOT NULL DEFAULT 'sse',
    credentials jsonb DEFAULT '{}',
    env jsonb DEFAULT '{}',
    created_at timestamp(3) DEFAULT CURRENT_TIMESTAMP,
    status text DEFAULT 'unknown',
    last_health_check timestamp(3),
    health_check_error text,
    approval_status text DEFAULT 'active'
);

-- Sums by UTC day. The seven tables share these columns and differ in whose sums they hold.
CREATE TABLE "LiteLLM_DailyGlobalSpend" (
    id text PRIMARY KEY,
    date text NOT NULL,
    model text,
    model_group text,
    custom_llm_provider text,
    mcp_namespaced_tool_name text,
    endpoint text,
    prompt_tokens bigint NOT NULL DEFAULT 0,
    completion_tokens bigint NOT NULL DEFAULT 0,
    cache_read_input_tokens bigint NOT NULL DEFAULT 0,
    cache_creation_input_tokens bigint NOT NULL DEFAULT 0,
    spend double precision NOT NULL DEFAULT 0.0,
    api_requests bigint NOT NULL DEFAULT 0,
    successful_requests bigint NOT NULL DEFAULT 0,
    failed_requests bigint NOT NULL DEFAULT 0,
    compression_saved_tokens bigint NOT NULL DEFAULT 0,
    compression_savings_spend double precision NOT NULL DEFAULT 0.0,
    prompt_caching_savings_spend double precision NOT NULL DEFAULT 0.0,
    gateway_injected_caching_savings_spend double precision NOT NULL DEFAULT 0.0,
    autorouter_savings_spend double precision NOT NULL DEFAULT 0.0,
    total_response_time_ms bigint NOT NULL DEFAULT 0,
    timed_requests bigint NOT NULL DEFAULT 0,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamp(3) NOT NULL,
    UNIQUE (date, model, model_group, custom_llm_provider, mcp_namespaced_tool_name, endpoint)
);
CREATE INDEX ON "LiteLLM_DailyGlobalSpend" (date);

CREATE TABLE "LiteLLM_DailyUserSpend" (
    user_id text, api_key text NOT NULL, LIKE "LiteLLM_DailyGlobalSpend" INCLUDING DEFAULTS, PRIMARY KEY (id),
    UNIQUE (user_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint)
);
CREATE INDEX ON "LiteLLM_DailyUserSpend" (date);

CREATE TABLE "LiteLLM_DailyTeamSpend" (
    team_id text, api_key text NOT NULL, LIKE "LiteLLM_DailyGlobalSpend" INCLUDING DEFAULTS, PRIMARY KEY (id),
    ptu_flat_cost double precision NOT NULL DEFAULT 0.0,
    UNIQUE (team_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint)
);
CREATE INDEX ON "LiteLLM_DailyTeamSpend" (date);

CREATE TABLE "LiteLLM_DailyTagSpend" (
    tag text, request_id text, api_key text NOT NULL, LIKE "LiteLLM_DailyGlobalSpend" INCLUDING DEFAULTS,
    PRIMARY KEY (id),
    UNIQUE (tag, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint)
);
CREATE INDEX ON "LiteLLM_DailyTagSpend" (date);

CREATE TABLE "LiteLLM_DailyOrganizationSpend" (
    organization_id text, api_key text NOT NULL, LIKE "LiteLLM_DailyGlobalSpend" INCLUDING DEFAULTS, PRIMARY KEY (id),
    UNIQUE (organization_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint)
);
CREATE INDEX ON "LiteLLM_DailyOrganizationSpend" (date);

CREATE TABLE "LiteLLM_DailyEndUserSpend" (
    end_user_id text, api_key text NOT NULL, LIKE "LiteLLM_DailyGlobalSpend" INCLUDING DEFAULTS, PRIMARY KEY (id),
    UNIQUE (end_user_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint)
);
CREATE INDEX ON "LiteLLM_DailyEndUserSpend" (date);

CREATE TABLE "LiteLLM_DailyAgentSpend" (
    agent_id text, api_key text NOT NULL, LIKE "LiteLLM_DailyGlobalSpend" INCLUDING DEFAULTS, PRIMARY KEY (id),
    UNIQUE (agent_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint)
);
CREATE INDEX ON "LiteLLM_DailyAgentSpend" (date);

-- By model group, since v1.105; its groups are those of its key.
CREATE TABLE "LiteLLM_DailyModelUsage" (
    date text NOT NULL,
    model_group text NOT NULL,
    model text NOT NULL,
    custom_llm_provider text NOT NULL,
    task_type text NOT NULL,
    spend double precision NOT NULL DEFAULT 0.0,
    prompt_tokens bigint NOT NULL DEFAULT 0,
    completion_tokens bigint NOT NULL DEFAULT 0,
    request_count bigint NOT NULL DEFAULT 0,
    successful_requests bigint NOT NULL DEFAULT 0,
    failed_requests bigint NOT NULL DEFAULT 0,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (date, model_group, model, custom_llm_provider, task_type)
);

-- What the proxies counted at their edge: sums that grow, by the UTC day.
CREATE TABLE "LiteLLM_DailyGatewayRequests" (
    date text NOT NULL,
    category text NOT NULL,
    route text NOT NULL,
    successful_requests bigint NOT NULL DEFAULT 0,
    failed_requests bigint NOT NULL DEFAULT 0,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (date, category, route)
);
CREATE INDEX ON "LiteLLM_DailyGatewayRequests" (date);

CREATE TABLE "LiteLLM_DailyGatewayFailedRequests" (
    date text NOT NULL,
    category text NOT NULL,
    route text NOT NULL,
    status_code integer NOT NULL,
    failed_requests bigint NOT NULL DEFAULT 0,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (date, category, route, status_code)
);
CREATE INDEX ON "LiteLLM_DailyGatewayFailedRequests" (date);

CREATE TABLE "LiteLLM_DailyRequestErrors" (
    date text NOT NULL,
    api_key text NOT NULL,
    team_id text NOT NULL DEFAULT '',
    user_id text NOT NULL DEFAULT '',
    model_group text NOT NULL DEFAULT '',
    status_code integer NOT NULL,
    failed_requests bigint NOT NULL DEFAULT 0,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (date, api_key, team_id, user_id, model_group, status_code)
);
CREATE INDEX ON "LiteLLM_DailyRequestErrors" (date);

-- A row for each request: pending until all sums have it, parked if they cannot.
CREATE TYPE "AccountingDeliveryState" AS ENUM ('pending', 'applied', 'parked');
CREATE TABLE "LiteLLM_SpendLogDelivery" (
    delivery_id text PRIMARY KEY DEFAULT gen_random_uuid()::text,
    request_id text NOT NULL,
    state "AccountingDeliveryState" NOT NULL DEFAULT 'pending',
    accounting_payload jsonb NOT NULL,
    is_batch boolean NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    applied_at timestamp(3),
    last_error text,
    created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX ON "LiteLLM_SpendLogDelivery" (state, next_attempt_at);
CREATE INDEX ON "LiteLLM_SpendLogDelivery" (state, applied_at);
CREATE INDEX ON "LiteLLM_SpendLogDelivery" (request_id);

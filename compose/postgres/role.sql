-- SPDX-License-Identifier: Apache-2.0
-- The exporter's database role: it may read the columns below and nothing else. Prompts, answers
-- and passwords ("messages", "response", "proxy_server_request", "password") stay out of its reach.
--
-- Run it with psql as the owner of LiteLLM's tables, then set a password with \password:
--   psql -d litellm -f role.sql
-- Where LiteLLM's URL has ?schema=NAME:
--   PGOPTIONS='-c search_path=NAME' psql -d litellm -f role.sql
--
-- psql carries on after an error, and that is intended: a table or column that an older LiteLLM
-- lacks only switches off what depends on it. Later columns therefore have a GRANT of their own.

SELECT 'CREATE ROLE litellm_exporter LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'litellm_exporter') \gexec

-- In the schema public everybody has this right from the start.
SELECT format('GRANT USAGE ON SCHEMA %I TO litellm_exporter', current_schema())
WHERE NOT has_schema_privilege('litellm_exporter', current_schema(), 'USAGE') \gexec

-- One row for each finished request. "xmin" tells which rows are new since the last poll.
GRANT SELECT (xmin, request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens,
              "startTime", "endTime", "completionStartTime", model, model_group, custom_llm_provider,
              "user", metadata, cache_hit, request_tags, team_id, end_user)
    ON "LiteLLM_SpendLogs" TO litellm_exporter;
GRANT SELECT (status) ON "LiteLLM_SpendLogs" TO litellm_exporter;                    -- since v1.69
GRANT SELECT (mcp_namespaced_tool_name) ON "LiteLLM_SpendLogs" TO litellm_exporter;  -- since v1.74

-- Keys and teams: names, of deleted ones as well; budgets, rate limits, blocks, expiry.
GRANT SELECT (token, key_alias, team_id, created_at, spend, max_budget, budget_reset_at, budget_id,
              tpm_limit, rpm_limit, blocked, expires) ON "LiteLLM_VerificationToken" TO litellm_exporter;
GRANT SELECT (auto_rotate, key_rotation_at) ON "LiteLLM_VerificationToken" TO litellm_exporter;  -- since v1.77
GRANT SELECT (last_active) ON "LiteLLM_VerificationToken" TO litellm_exporter;                  -- since v1.81
GRANT SELECT (token, key_alias, team_id, created_at) ON "LiteLLM_DeletedVerificationToken" TO litellm_exporter;
GRANT SELECT (team_id, team_alias, created_at, spend, max_budget, budget_reset_at, tpm_limit, rpm_limit,
              blocked) ON "LiteLLM_TeamTable" TO litellm_exporter;
GRANT SELECT (soft_budget) ON "LiteLLM_TeamTable" TO litellm_exporter;                          -- since v1.81
GRANT SELECT (team_id, team_alias, created_at) ON "LiteLLM_DeletedTeamTable" TO litellm_exporter;

-- Everything else that has a budget. "user_alias" and "alias" are read only when asked for.
GRANT SELECT (user_id, user_alias, spend, max_budget, budget_reset_at, tpm_limit, rpm_limit)
    ON "LiteLLM_UserTable" TO litellm_exporter;
GRANT SELECT (organization_id, organization_alias, spend, budget_id) ON "LiteLLM_OrganizationTable" TO litellm_exporter;
GRANT SELECT (user_id, organization_id, spend, budget_id) ON "LiteLLM_OrganizationMembership" TO litellm_exporter;
GRANT SELECT (user_id, team_id, spend, budget_id) ON "LiteLLM_TeamMembership" TO litellm_exporter;
GRANT SELECT (user_id, alias, spend, budget_id, blocked) ON "LiteLLM_EndUserTable" TO litellm_exporter;
GRANT SELECT (project_id, project_alias, spend, budget_id, blocked) ON "LiteLLM_ProjectTable" TO litellm_exporter;
GRANT SELECT (budget_id, max_budget, soft_budget, budget_reset_at, tpm_limit, rpm_limit)
    ON "LiteLLM_BudgetTable" TO litellm_exporter;
GRANT SELECT (temp_budget_increase, temp_budget_expiry) ON "LiteLLM_BudgetTable" TO litellm_exporter;  -- since v1.103

-- Tags and models that an administrator has defined keep their own series, whatever clients send.
GRANT SELECT (tag_name, spend, budget_id) ON "LiteLLM_TagTable" TO litellm_exporter;
GRANT SELECT (model_name) ON "LiteLLM_ProxyModelTable" TO litellm_exporter;

-- Spend to date, the audit, model health.
GRANT SELECT (date, spend, api_requests) ON "LiteLLM_DailyUserSpend" TO litellm_exporter;
GRANT SELECT (date, spend, team_id) ON "LiteLLM_DailyTeamSpend" TO litellm_exporter;
GRANT SELECT (model_name, model_id, status, checked_at) ON "LiteLLM_HealthCheckTable" TO litellm_exporter;

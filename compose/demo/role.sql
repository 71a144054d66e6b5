-- SPDX-License-Identifier: Apache-2.0
-- The exporter's database role: it may read the columns below and nothing else. Prompts, answers
-- and passwords ("messages", "response", "proxy_server_request", "password") stay out of its reach.
--
-- Run it with psql as the owner of LiteLLM's tables, then set a password with \password:
--   psql -d litellm -f role.sql
--
-- psql carries on after an error, and that is intended: a table or column that an older LiteLLM
-- lacks only switches off what depends on it. Later columns therefore have a GRANT of their own.

SELECT 'CREATE ROLE litellm_exporter LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'litellm_exporter') \gexec

-- One row for each finished request. "xmin" tells which rows are new since the last poll.
GRANT SELECT (xmin, request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens,
              "startTime", "endTime", "completionStartTime", model, model_group, custom_llm_provider,
              "user", metadata, cache_hit, request_tags, team_id, end_user)
    ON "LiteLLM_SpendLogs" TO litellm_exporter;
GRANT SELECT (status) ON "LiteLLM_SpendLogs" TO litellm_exporter;                    -- since v1.69
GRANT SELECT (mcp_namespaced_tool_name) ON "LiteLLM_SpendLogs" TO litellm_exporter;  -- since v1.74

-- Names of keys and teams, of deleted ones as well.
GRANT SELECT (token, key_alias, team_id, created_at) ON "LiteLLM_VerificationToken" TO litellm_exporter;
GRANT SELECT (token, key_alias, team_id, created_at) ON "LiteLLM_DeletedVerificationToken" TO litellm_exporter;
GRANT SELECT (team_id, team_alias, created_at) ON "LiteLLM_TeamTable" TO litellm_exporter;
GRANT SELECT (team_id, team_alias, created_at) ON "LiteLLM_DeletedTeamTable" TO litellm_exporter;

-- Tags and models that an administrator has defined keep their own series, whatever clients send.
GRANT SELECT (tag_name) ON "LiteLLM_TagTable" TO litellm_exporter;
GRANT SELECT (model_name) ON "LiteLLM_ProxyModelTable" TO litellm_exporter;

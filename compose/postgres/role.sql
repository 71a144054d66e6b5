-- SPDX-License-Identifier: Apache-2.0
-- The exporter's database role: it may read the columns below and nothing else. Prompts, answers
-- and passwords ("messages", "response", "proxy_server_request", "password") stay out of its reach.
--
-- Run it with psql as a superuser, or as the owner of LiteLLM's tables who may create roles:
--   psql -d litellm -f role.sql
--   psql -d litellm -c '\password litellm_exporter'
--
-- Where the owner may not create roles, as on managed servers, it takes two steps:
--   1. an administrator makes the role:
--        psql -d litellm -c 'CREATE ROLE litellm_exporter LOGIN' -c '\password litellm_exporter'
--   2. the owner of the tables runs this file, which then grants and no more.
-- An administrator who runs this file without owning the tables has done the first step, and is
-- told whose the second is.
--
-- Where LiteLLM's URL has ?schema=NAME, put PGOPTIONS='-c search_path=NAME' before psql; for
-- a role of another name give psql -v role=NAME.
--
-- It may run again at any time, and should after an upgrade of LiteLLM: tables and columns that
-- this LiteLLM lacks are left out. It ends with an error that says what to do if a right is missing.

\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\if :{?role}
\else
  \set role litellm_exporter
\endif
-- Ends with an error, once for each row (message, hint) of "trouble".
\set fail 'SELECT format(''DO %L'', format(''BEGIN RAISE EXCEPTION USING MESSAGE = %L, HINT = %L; END'', message, hint)) FROM trouble'

SELECT format('CREATE ROLE %I LOGIN', :'role')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role')
  AND EXISTS (SELECT FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole)) \gexec

WITH trouble (message, hint) AS (
  SELECT format('there is no role %I, and %I may not create one', :'role', current_user),
         format('let an administrator run: CREATE ROLE %I LOGIN; then run this file again', :'role')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role')
) :fail \gexec

WITH trouble (message, hint) AS (
  SELECT format('there is no table "LiteLLM_SpendLogs" in the database %I, schema %s', current_database(),
                coalesce(quote_ident(current_schema()), current_setting('search_path'))),
         'name the database of LiteLLM with psql -d, and its schema with PGOPTIONS=''-c search_path=NAME'''
  WHERE to_regclass('"LiteLLM_SpendLogs"') IS NULL
) :fail \gexec

-- What is needed, whose it is, and how it is granted.
WITH wanted (relation, columns) AS (VALUES
  -- One row for each finished request. "xmin" tells which rows are new since the last poll;
  -- "status" came with v1.69, "mcp_namespaced_tool_name" with v1.74, "organization_id" with
  -- v1.80.8, "agent_id" with v1.80.10.
  ('LiteLLM_SpendLogs', '{xmin, request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens,
                          startTime, endTime, completionStartTime, model, model_group, custom_llm_provider,
                          user, metadata, cache_hit, request_tags, team_id, end_user,
                          status, mcp_namespaced_tool_name, model_id, api_base, organization_id, agent_id}'),
  -- The ledger of LiteLLM's accounting, with v1.110: one row for each request of the last day, also where
  -- LiteLLM does not log it. "accounting_payload" has numbers and names as in the log, no prompts and answers.
  ('LiteLLM_SpendLogDelivery', '{xmin, delivery_id, request_id, state, accounting_payload, next_attempt_at,
                                 applied_at, created_at}'),
  -- Keys and teams: names, of deleted ones as well; budgets, rate limits, blocks, expiry. Rotation
  -- came with v1.77, "last_active" and "soft_budget" with v1.81. Of "metadata" only the paths of limits
  -- are selected: temporary budgets of keys and rates of single models are nowhere else. Where it holds
  -- what nobody else may see, such as credentials of callbacks, leave it out: keys, teams, organizations and
  -- projects are then shown without what is in it.
  ('LiteLLM_VerificationToken', '{token, key_alias, team_id, created_at, spend, max_budget, budget_reset_at, budget_id,
                                  tpm_limit, rpm_limit, tpd_limit, max_parallel_requests, blocked,
                                  expires, metadata, budget_limits, model_max_budget,
                                  auto_rotate, key_rotation_at, last_active}'),
  ('LiteLLM_DeletedVerificationToken', '{token, key_alias, team_id, created_at}'),
  ('LiteLLM_TeamTable', '{team_id, team_alias, created_at, spend, max_budget, budget_reset_at, tpm_limit, rpm_limit,
                          tpd_limit, max_parallel_requests, blocked, soft_budget,
                          metadata, budget_limits, model_max_budget}'),
  ('LiteLLM_DeletedTeamTable', '{team_id, team_alias, created_at}'),
  -- Everything else that has a budget. "user_alias" and "alias" are read only when asked for;
  -- temporary budgets and "tpd_limit" came with v1.103.
  ('LiteLLM_UserTable', '{user_id, user_alias, spend, max_budget, budget_reset_at, tpm_limit, rpm_limit,
                          max_parallel_requests, model_max_budget}'),
  ('LiteLLM_OrganizationTable', '{organization_id, organization_alias, spend, budget_id, metadata}'),
  ('LiteLLM_OrganizationMembership', '{user_id, organization_id, spend, budget_id}'),
  ('LiteLLM_TeamMembership', '{user_id, team_id, spend, budget_id}'),
  ('LiteLLM_EndUserTable', '{user_id, alias, spend, budget_id, blocked}'),
  ('LiteLLM_ProjectTable', '{project_id, project_alias, spend, budget_id, blocked, metadata}'),
  ('LiteLLM_AgentsTable', '{agent_id, agent_name, spend, tpm_limit, rpm_limit, session_tpm_limit, session_rpm_limit}'),
  ('LiteLLM_ModelAccessGroupBudgetTable', '{access_group_name, spend, budget_id}'),
  ('LiteLLM_BudgetTable', '{budget_id, max_budget, soft_budget, budget_reset_at, tpm_limit, rpm_limit,
                            tpd_limit, max_parallel_requests, model_max_budget, temp_budget_increase,
                            temp_budget_expiry}'),
  -- What was spent within windows of time and on single models, since v1.102.
  ('LiteLLM_BudgetWindowSpend', '{entity_type, entity_id, window_duration, window_start, spend}'),
  -- Tags and models that an administrator has defined keep their own series, whatever clients send.
  ('LiteLLM_TagTable', '{tag_name, spend, budget_id}'),
  ('LiteLLM_ProxyModelTable', '{model_name}'),
  -- Sums by the day, since v1.65: spend to date, the audit, and requests where LiteLLM does not log them. Some came
  -- later, and some of their columns. "xmin" tells which rows have changed.
  ('LiteLLM_DailyUserSpend', '{xmin, id, date, user_id, api_key, model, model_group, custom_llm_provider,
                               mcp_namespaced_tool_name, spend, prompt_tokens, completion_tokens,
                               cache_read_input_tokens, cache_creation_input_tokens, api_requests,
                               successful_requests, failed_requests, total_response_time_ms, timed_requests,
                               autorouter_savings_spend, compression_savings_spend,
                               gateway_injected_caching_savings_spend, prompt_caching_savings_spend}'),
  ('LiteLLM_DailyModelUsage', '{xmin, date, model_group, model, custom_llm_provider, task_type, spend, prompt_tokens,
                                completion_tokens, successful_requests, failed_requests}'),
  ('LiteLLM_DailyTeamSpend', '{xmin, id, date, team_id, api_key, model, model_group, custom_llm_provider, spend,
                   prompt_tokens, completion_tokens, successful_requests, failed_requests}'),
  ('LiteLLM_DailyTagSpend', '{xmin, id, date, tag, api_key, model, model_group, custom_llm_provider, spend,
                   prompt_tokens, completion_tokens, successful_requests, failed_requests}'),
  ('LiteLLM_DailyOrganizationSpend', '{xmin, id, date, organization_id, api_key, model, model_group, custom_llm_provider, spend,
                   prompt_tokens, completion_tokens, successful_requests, failed_requests}'),
  ('LiteLLM_DailyAgentSpend', '{xmin, id, date, agent_id, api_key, model, model_group, custom_llm_provider, spend,
                   prompt_tokens, completion_tokens, successful_requests, failed_requests}'),
  ('LiteLLM_DailyEndUserSpend', '{xmin, id, date, end_user_id, api_key, model, model_group, custom_llm_provider, spend,
                   prompt_tokens, completion_tokens, successful_requests, failed_requests}'),
  -- Model health.
  ('LiteLLM_HealthCheckTable', '{model_name, model_id, status, checked_at}'),
  -- Live workers, since v1.99; how many MCP servers there are, and with whose approval, since v1.82.2.
  ('LiteLLM_ProxyWorkerHeartbeat', '{worker_id, hostname, last_heartbeat_at}'),
  ('LiteLLM_MCPServerTable', '{approval_status}'),
  -- What the proxies counted at their edge, since v1.103 and v1.108.
  ('LiteLLM_DailyGatewayRequests', '{date, category, route, successful_requests, failed_requests}'),
  ('LiteLLM_DailyGatewayFailedRequests', '{date, category, route, status_code, failed_requests}'),
  -- The status codes of failures that are not in the spend log, since v1.108.
  ('LiteLLM_DailyRequestErrors', '{date, model_group, status_code, failed_requests}')
), needed (object, owner, held, statement) AS (
  SELECT format('the database %I', datname), datdba, has_database_privilege(:'role', oid, 'CONNECT'),
         format('GRANT CONNECT ON DATABASE %I TO %I', datname, :'role')
  FROM pg_database WHERE datname = current_database()
  UNION ALL
  SELECT format('the schema %I', nspname), nspowner, has_schema_privilege(:'role', oid, 'USAGE'),
         format('GRANT USAGE ON SCHEMA %I TO %I', nspname, :'role')
  FROM pg_namespace WHERE oid = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('"LiteLLM_SpendLogs"'))
  UNION ALL
  SELECT pg_class.oid::regclass::text, relowner, bool_and(has_column_privilege(:'role', pg_class.oid, attname, 'SELECT')),
         format('GRANT SELECT (%s) ON %s TO %I', string_agg(quote_ident(attname), ', '), pg_class.oid::regclass, :'role')
  FROM wanted JOIN pg_class ON pg_class.oid = to_regclass(quote_ident(relation))
  JOIN pg_attribute ON attrelid = pg_class.oid AND attname = ANY (columns::name[]) AND NOT attisdropped
  GROUP BY pg_class.oid, relowner
)
SELECT coalesce(string_agg(statement, '; ') FILTER (WHERE pg_has_role(owner, 'USAGE')), '') AS grants,
       coalesce(string_agg(object, ', ') FILTER (WHERE NOT pg_has_role(owner, 'USAGE')), '') AS foreign,
       coalesce(string_agg(DISTINCT quote_ident(pg_get_userbyid(owner)), ' and ')
                FILTER (WHERE NOT pg_has_role(owner, 'USAGE')), '') AS owners
FROM needed WHERE NOT held \gset

:grants ;

WITH trouble (message, hint) AS (
  SELECT format('%I may not grant rights on %s', current_user, :'foreign'),
         format('the role %I is there; run this file again as %s', :'role', :'owners')
  WHERE :'foreign' <> ''
) :fail \gexec

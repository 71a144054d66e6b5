-- SPDX-License-Identifier: Apache-2.0
-- What the demo's traffic does not bring: limits and ages of keys, a deployment's health, servers of tools.
INSERT INTO "LiteLLM_HealthCheckTable" (health_check_id, model_name, model_id, status, checked_at, updated_at)
VALUES ('stage-1', 'gpt-4o-mini', 'deployment-1', 'healthy', now(), now()),
       ('stage-2', 'o4-mini', 'deployment-2', 'unhealthy', now(), now());
INSERT INTO "LiteLLM_MCPServerTable" (server_id, approval_status)
VALUES ('stage-1', 'active'), ('stage-2', 'pending_review');
UPDATE "LiteLLM_VerificationToken" SET rpm_limit = 600, tpm_limit = 100000, last_active = now(), expires = now() + interval '5 days'
WHERE key_alias LIKE 's%';

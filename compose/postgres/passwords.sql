-- SPDX-License-Identifier: Apache-2.0
-- The exporters' roles and their passwords, which come from the environment of psql, so that they are on
-- no command line. What the roles may read of LiteLLM is said by role.sql; the PostgreSQL exporter reads
-- statistics and no table.
\set exporter `printf %s "$EXPORTER_PASSWORD"`
\set monitor `printf %s "$MONITOR_PASSWORD"`
-- A statement that fails would otherwise stand in the server's log. Only a superuser may say so.
SET log_min_error_statement = panic;
SET log_statement = 'none';
\set ON_ERROR_STOP on

SELECT 'CREATE ROLE litellm_exporter LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'litellm_exporter') \gexec
ALTER ROLE litellm_exporter PASSWORD :'exporter';

SELECT 'CREATE ROLE postgres_exporter LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres_exporter') \gexec
GRANT pg_monitor TO postgres_exporter;
ALTER ROLE postgres_exporter PASSWORD :'monitor';

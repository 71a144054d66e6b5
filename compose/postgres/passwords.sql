-- SPDX-License-Identifier: Apache-2.0
-- Passwords of the exporters' roles, from the environment of psql, so that they are on no command
-- line; and the role of the PostgreSQL exporter, which may read statistics and no table.
\set exporter `printf %s "$EXPORTER_PASSWORD"`
\set monitor `printf %s "$MONITOR_PASSWORD"`
-- The statements would otherwise stand in the server's log when one fails.
SET log_min_error_statement = panic;
SET log_statement = 'none';

ALTER ROLE litellm_exporter PASSWORD :'exporter';

SELECT 'CREATE ROLE postgres_exporter LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres_exporter') \gexec
GRANT pg_monitor TO postgres_exporter;
ALTER ROLE postgres_exporter PASSWORD :'monitor';

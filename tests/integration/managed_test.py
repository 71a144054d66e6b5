#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What managed servers, other users and damaged data do to the one who reads: functions that are refused, rows that
are hidden, values that cannot be read."""

import json
import unittest

from harness import EXPORTER_ROLE, FAST, IntegrationCase, metric, wait_until
from rows import insert
from demo.postgres import ROLE, SCHEMA

# The function, its result, and what stands in its place: an error as Aurora has it, or NULL for ever.
REFUSED = {
    "pg_control_checkpoint()": ("OUT timeline_id int, OUT redo_lsn pg_lsn", "55000"),
    "pg_control_system()": ("OUT system_identifier bigint", "0A000"),
    "pg_postmaster_start_time()": ("OUT start timestamptz", "42501"),
    "pg_is_in_recovery()": ("OUT recovery boolean", "0A000"),
    "pg_last_xact_replay_timestamp()": ("OUT replayed timestamptz", "0A000"),
}
# Rows that are read again for thirty seconds after the window was, and then no more.
SLOW_SWEEP = FAST.replace("sweep_interval: 2s", "sweep_interval: 1h")


class Refusals(IntegrationCase):
    def replace(self, function, body):
        """The built-in function gets another name, and one with this body stands in its place."""
        name, result = function.removesuffix("()"), REFUSED[function][0]
        self.sql(f"ALTER FUNCTION pg_catalog.{name}() RENAME TO true_{name}")
        self.sql(f"CREATE FUNCTION pg_catalog.{name}({result}) LANGUAGE plpgsql STABLE AS $$BEGIN {body} END$$")

    def refuse(self, function):
        self.replace(function, f"RAISE EXCEPTION 'not here' USING ERRCODE = '{REFUSED[function][1]}';")

    def count(self, exporter, rows):
        before = metric(exporter, "litellm_requests_total")
        insert(self.cluster.connect(database=self.database), [{}] * rows)
        self.wait_total(exporter, before + rows)

    def test_each_function_may_be_refused(self):
        for function in REFUSED:
            self.refuse(function)
        exporter = self.exporter()
        self.count(exporter, 5)
        self.assertEqual(metric(exporter, "litellm_exporter_poll_failures_total", collector="spend_log"), 0)
        self.assertEqual(metric(exporter, "litellm_exporter_database_up"), 1)
        for function in REFUSED:
            said = [line for line in exporter.log().splitlines() if "refuses a function" in line and function in line]
            self.assertEqual(len(said), 1, exporter.log())
            self.assertIn("not here", said[0])
        exporter.kill()
        insert(self.cluster.connect(database=self.database), [{}] * 4)
        exporter.start()
        exporter.wait_ready()
        self.wait_total(exporter, 9)
        self.assertEqual(metric(exporter, "litellm_exporter_baselines_total"), 1)

    def test_a_server_may_change_its_mind(self):
        exporter = self.exporter()
        self.count(exporter, 3)
        for function in REFUSED:
            self.refuse(function)
        self.count(exporter, 4)
        self.assertEqual(metric(exporter, "litellm_exporter_baselines_total"), 1)

    def test_functions_that_answer_null_for_ever(self):
        for function in REFUSED:
            self.replace(function, "RETURN;")
        exporter = self.exporter()
        self.count(exporter, 5)
        self.assertEqual(metric(exporter, "litellm_exporter_poll_failures_total", collector="spend_log"), 0)

    def test_the_doctor_polls_as_the_exporter_does(self):
        self.refuse("pg_control_checkpoint()")
        exporter = self.exporter(start=False)
        checks = {check["subject"]: check for check in json.loads(exporter.run("doctor", "--json").stdout)["checks"]}
        self.assertEqual(checks["spend_log"]["level"], "ok")
        self.assertIn("the server refuses pg_control_checkpoint()", checks["spend_log"]["message"])
        self.assertEqual(checks["rights"]["level"], "ok")
        # What counting cannot do without.
        self.sql("ALTER FUNCTION pg_catalog.pg_current_snapshot() RENAME TO true_snapshot")
        self.sql("CREATE FUNCTION pg_catalog.pg_current_snapshot() RETURNS pg_snapshot LANGUAGE plpgsql AS "
                 "$$BEGIN RAISE EXCEPTION 'no snapshots here' USING ERRCODE = '0A000'; END$$")
        done = exporter.run("doctor", "--json")
        checks = {check["subject"]: check for check in json.loads(done.stdout)["checks"]}
        self.assertEqual((done.returncode, checks["spend_log"]["level"]), (1, "failure"))
        self.assertIn("no snapshots here", checks["spend_log"]["message"])

    def test_rights_are_not_ok_above_a_collector_that_lacks_some(self):
        self.sql(f'REVOKE SELECT ON "LiteLLM_BudgetTable", "LiteLLM_TeamTable" FROM {EXPORTER_ROLE}')
        self.sql(f'REVOKE SELECT (team_id, max_budget) ON "LiteLLM_TeamTable" FROM {EXPORTER_ROLE}')
        report = json.loads(self.exporter(start=False).run("doctor", "--json").stdout)["checks"]
        levels = {check["level"] for check in report if check["subject"] == "rights"}
        self.assertEqual(levels, {"warning"})


class RowSecurity(IntegrationCase):
    def hide(self, table):
        self.sql(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')

    def test_rows_that_are_hidden_are_a_failure(self):
        exporter = self.exporter()
        insert(self.cluster.connect(database=self.database), [{}] * 3)
        self.wait_total(exporter, 3)
        self.hide("LiteLLM_SpendLogs")
        self.hide("LiteLLM_TeamTable")
        for collector in ("spend_log", "teams", "aliases"):
            wait_until(lambda: metric(exporter, "litellm_exporter_poll_failures_total", collector=collector,  # noqa: B023
                                      reason="permission") > 0, 30, f"{collector} fails")
        self.assertIn('row security hides rows of \\"LiteLLM_SpendLogs\\" from this role', exporter.log())
        self.assertIn("CREATE POLICY", exporter.log())
        insert(self.cluster.connect(database=self.database), [{}] * 4)
        done = exporter.run("doctor", "--json")
        checks = {check["subject"]: check for check in json.loads(done.stdout)["checks"]}
        for subject in ("row security", "spend_log", "teams"):
            self.assertEqual(checks[subject]["level"], "failure", subject)
            self.assertIn("POLICY", checks[subject]["message"] + checks[subject]["next_step"])
        self.sql(f'CREATE POLICY exporter ON "LiteLLM_SpendLogs" FOR SELECT TO {EXPORTER_ROLE} USING (true)')
        self.wait_total(exporter, 7)
        self.sql(f'CREATE POLICY less ON "LiteLLM_SpendLogs" AS RESTRICTIVE FOR SELECT TO {EXPORTER_ROLE}'
                 " USING (spend > 0)")
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="spend_log") == 0, 30,
                   "rows are hidden again")


class Data(IntegrationCase):
    def make_database(self, encoding):
        self.database += "_" + encoding.lower()
        self.cluster.query(f'CREATE DATABASE "{self.database}" ENCODING {encoding} TEMPLATE template0')
        self.cluster.psql(self.database, SCHEMA)
        self.cluster.psql(self.database, ROLE, stop_at_error=False)

    def add(self, *models):
        self.sql('INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime", model_group) VALUES '
                 + ", ".join("(gen_random_uuid(), 'x', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', " + model + ")"
                             for model in models))

    def test_a_value_that_cannot_be_read_costs_its_row(self):
        self.make_database("WIN1252")
        exporter = self.exporter(SLOW_SWEEP)
        # A byte that stands for no character: the server cannot convert it.
        self.add("'good'", "E'bad\\x81'", "'good'")
        self.wait_total(exporter, 2)
        self.add("'good'", "'good'")
        self.wait_total(exporter, 4)
        self.assertEqual(metric(exporter, "litellm_requests_total", model="good"), 4)
        exporter.kill()
        for bad in (1, 0, 1, 0):
            self.add(*["E'bad\\x81'"] * bad, "'good'")
        exporter.start()
        exporter.wait_ready()
        self.wait_total(exporter, 8)
        self.assertEqual(metric(exporter, "litellm_exporter_spend_log_invalid_rows_total", reason="undecodable"), 3)
        self.assertEqual(metric(exporter, "litellm_exporter_poll_failures_total", collector="spend_log"), 0)
        self.assertIn("a row cannot be read", exporter.log())

    def test_bytes_that_are_no_text(self):
        self.make_database("SQL_ASCII")
        exporter = self.exporter()
        self.add("E'm\\xff\\xfe'", "'good'")
        self.wait_total(exporter, 2)
        self.assertEqual(metric(exporter, "litellm_requests_total", model="m\ufffd\ufffd"), 1)


class SearchPath(IntegrationCase):
    def test_another_users_operators_are_not_run(self):
        """In PostgreSQL 13 and 14 everybody may create in public."""
        self.sql("CREATE TABLE public.trap (who text)")
        self.sql("GRANT INSERT ON public.trap TO public")
        for name, arguments, result in (("left", "text, integer", "text"), ("date_part", "text, timestamp", "float8"),
                                        ("coalesced", "text, text", "text"), ("age", "xid", "integer")):
            names = ", ".join(f"a{n} {kind}" for n, kind in enumerate(arguments.split(", ")))
            self.sql(f"CREATE FUNCTION public.{name}({names}) RETURNS {result} LANGUAGE plpgsql AS "
                     "$$BEGIN RAISE EXCEPTION 'in the trap'; END$$")
        for operator, left, right, function in (("->>", "jsonb", "text", "arrow"), ("#>>", "jsonb", "text[]", "path"),
                                                ("||", "jsonb", "jsonb", "joined"), (">=", "timestamp", "timestamp", "ge"),
                                                ("<=", "integer", "integer", "le"), ("=", "name", "text", "same")):
            result = "boolean" if operator in (">=", "<=", "=") else "text"
            self.sql(f"CREATE FUNCTION public.{function}(a {left}, b {right}) RETURNS {result} LANGUAGE plpgsql AS "
                     "$$BEGIN RAISE EXCEPTION 'in the trap'; END$$")
            self.sql(f"CREATE OPERATOR public.{operator} (LEFTARG = {left}, RIGHTARG = {right}, FUNCTION = public.{function})")
        self.sql(f'ALTER ROLE {EXPORTER_ROLE} IN DATABASE "{self.database}" SET search_path = public, pg_catalog')
        exporter = self.exporter()
        insert(self.cluster.connect(database=self.database), [{"request_tags": ["t"]}] * 3)
        self.wait_total(exporter, 3)
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="spend") == 1, 30, "spend")
        self.assertNotIn("in the trap", exporter.log())
        self.assertNotIn("in the trap", exporter.run("doctor").stdout)

    def test_tables_of_a_schema_that_only_the_roles_path_names(self):
        self.sql("CREATE SCHEMA elsewhere")
        for (table,) in self.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            self.sql(f'ALTER TABLE public."{table}" SET SCHEMA elsewhere')
        self.sql(f"GRANT USAGE ON SCHEMA elsewhere TO {EXPORTER_ROLE}")
        self.sql(f'ALTER ROLE {EXPORTER_ROLE} IN DATABASE "{self.database}" SET search_path = elsewhere')
        exporter = self.exporter()
        connection = self.cluster.connect(database=self.database)
        with connection.cursor() as cursor:
            cursor.execute("SET search_path = elsewhere")
        insert(connection, [{}] * 3)
        self.wait_total(exporter, 3)


class Words(IntegrationCase):
    def test_the_servers_last_words_are_told(self):
        exporter = self.exporter()
        self.cluster.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (EXPORTER_ROLE,))
        wait_until(lambda: "terminating connection due to administrator command" in exporter.log(), 30, "the last words")
        insert(self.cluster.connect(database=self.database), [{}] * 3)
        self.wait_total(exporter, 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)

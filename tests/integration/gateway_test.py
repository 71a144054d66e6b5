# SPDX-License-Identifier: Apache-2.0
"""What LiteLLM's proxies counted at their edge: sums by the day, true over everything that may happen to them."""

import shutil
import subprocess
import unittest
from datetime import datetime, timedelta, timezone

from harness import FAST, IntegrationCase, keep_clear_of, metric, parse_page, wait_polls, wait_until
from demo.postgres import EXPORTER_ROLE, Cluster

REQUESTS, ERRORS = '"LiteLLM_DailyGatewayRequests"', '"LiteLLM_DailyGatewayFailedRequests"'
ROUTE = "/chat/completions"


class Gateway(IntegrationCase):
    # The days are UTC's, wherever the server stands.
    settings = {"timezone": "America/New_York"}

    def setUp(self):
        super().setUp()
        keep_clear_of(86400)

    def count(self, success=0, failure=0, code=503, route=ROUTE, days_ago=0, category="llm"):
        """As a proxy's flush does."""
        day = (datetime.now(timezone.utc) - timedelta(days=days_ago)).strftime("%Y-%m-%d")
        self.sql(f"INSERT INTO {REQUESTS} AS t (date, category, route, successful_requests, failed_requests)"
                 " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (date, category, route) DO UPDATE SET"
                 " successful_requests = t.successful_requests + EXCLUDED.successful_requests,"
                 " failed_requests = t.failed_requests + EXCLUDED.failed_requests",
                 (day, category, route, success, failure))
        if failure:
            self.sql(f"INSERT INTO {ERRORS} AS t (date, category, route, status_code, failed_requests)"
                     " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (date, category, route, status_code)"
                     " DO UPDATE SET failed_requests = t.failed_requests + EXCLUDED.failed_requests",
                     (day, category, route, code, failure))

    def wait(self, exporter, success, failure, **labels):
        self.wait_total(exporter, success, "litellm_gateway_requests_total", outcome="success", **labels)
        self.wait_total(exporter, failure, "litellm_gateway_requests_total", outcome="failure", **labels)
        self.wait_total(exporter, failure, "litellm_gateway_errors_total", **labels)

    def followed(self, **options):
        exporter = self.exporter(**options)
        wait_polls(exporter, 1, "gateway")
        return exporter

    def test_what_was_there_is_a_baseline(self):
        self.count(success=5, failure=2)
        exporter = self.followed()
        self.wait(exporter, 0, 0)
        page = exporter.page()
        self.assertIn(f'litellm_gateway_errors_total{{category="llm",route="{ROUTE}",status_code="503"}} 0', page,
                      "known from the start, so that the first increase is seen")
        for table in (REQUESTS, ERRORS):
            self.assertEqual(exporter.log().count(f"grow from now on\" table={table.strip(chr(34))}"), 1, exporter.log())
        self.count(success=3, failure=1)
        self.count(failure=4, code=400, route="/mcp", category="mcp")
        self.count(failure=1, code=7)
        self.wait(exporter, 3, 6)
        self.assertEqual(metric(exporter, "litellm_gateway_errors_total", category="mcp", route="/mcp", status_code="400"), 4)
        self.assertEqual(metric(exporter, "litellm_gateway_errors_total", status_code="unknown"), 1)

    def test_the_day_before_goes_on_growing(self):
        self.count(success=5, days_ago=1)
        exporter = self.followed()
        self.count(success=2, failure=1, days_ago=1)
        self.count(success=1)
        self.count(success=100, days_ago=2)
        self.count(success=100, days_ago=-1)
        self.wait(exporter, 3, 1)

    def test_kills_and_outages_lose_and_double_nothing(self):
        exporter = self.followed()
        expected = 0
        for round_ in range(5):
            self.count(success=7, failure=1)
            expected += 7
            if round_ % 2:
                # Counted, in memory or on disk: whichever the kill meets.
                wait_until(lambda: metric(exporter, "litellm_gateway_requests_total", outcome="success") > 0, 30, "some")
            exporter.kill()
            self.count(success=3)
            expected += 3
            exporter.start()
            exporter.wait_ready()
        self.wait(exporter, expected, 5)
        self.cluster.restart("immediate")
        self.count(success=1)
        self.wait(exporter, expected + 1, 5)

    def test_sums_that_operators_lower_or_delete(self):
        exporter = self.followed()
        self.count(success=10, failure=10)
        self.wait(exporter, 10, 10)
        self.sql(f"UPDATE {REQUESTS} SET successful_requests = 4")
        self.sql(f"DELETE FROM {ERRORS}")
        wait_polls(exporter, 2, "gateway")
        self.wait(exporter, 10, 10)
        # Also across a restart.
        exporter.stop()
        exporter.start()
        exporter.wait_ready()
        self.count(success=1, failure=2)
        self.wait(exporter, 11, 12)

    def test_tables_that_come_later_begin_with_nothing(self):
        definitions = (f"CREATE TABLE {REQUESTS} (date text, category text, route text, successful_requests bigint,"
                       " failed_requests bigint, PRIMARY KEY (date, category, route))",
                       f"CREATE TABLE {ERRORS} (date text, category text, route text, status_code int,"
                       " failed_requests bigint, PRIMARY KEY (date, category, route, status_code))")
        self.sql(f"DROP TABLE {REQUESTS}, {ERRORS}")
        exporter = self.followed()
        self.assertEqual(metric(exporter, "litellm_exporter_schema_gaps", collector="gateway"), 2)
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="gateway"), 1)
        with self.cluster.connect(database=self.database) as connection, connection.cursor() as cursor:
            for definition in definitions:
                cursor.execute(definition)
            cursor.execute(f"GRANT SELECT ON {REQUESTS}, {ERRORS} TO {EXPORTER_ROLE}")
            day = datetime.now(timezone.utc).strftime("%Y-%m-%d")
            cursor.execute(f"INSERT INTO {REQUESTS} VALUES (%s, 'llm', 'r', 2, 3)", (day,))
            cursor.execute(f"INSERT INTO {ERRORS} VALUES (%s, 'llm', 'r', 500, 3)", (day,))
            connection.commit()
        self.wait(exporter, 2, 3)
        # Restored from a backup, it comes back with what it held.
        for table in (REQUESTS, ERRORS):
            self.sql(f"ALTER TABLE {table} RENAME TO hidden")
            wait_until(lambda: metric(exporter, "litellm_exporter_schema_gaps", collector="gateway") == 1, 30, "gone")
            self.sql(f"ALTER TABLE hidden RENAME TO {table}")
        self.wait(exporter, 2, 3)

    def test_rights_that_come_later_take_a_baseline(self):
        self.count(success=5, failure=5)
        self.sql(f"REVOKE SELECT ON {ERRORS} FROM {EXPORTER_ROLE}")
        self.sql(f"REVOKE SELECT (failed_requests) ON {ERRORS} FROM {EXPORTER_ROLE}")
        exporter = self.exporter()
        wait_until(lambda: metric(exporter, "litellm_exporter_poll_failures_total", collector="gateway",
                                  reason="permission") >= 2, 30, "says what is missing")
        self.count(success=1, failure=1)
        self.wait_total(exporter, 1, "litellm_gateway_requests_total", outcome="failure")
        self.assertEqual(metric(exporter, "litellm_gateway_errors_total"), 0)
        self.sql(f"GRANT SELECT ON {ERRORS} TO {EXPORTER_ROLE}")
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="gateway") == 1, 30, "works")
        wait_polls(exporter, 1, "gateway")
        self.count(failure=2)
        self.wait_total(exporter, 2, "litellm_gateway_errors_total")

    def test_a_replica_that_lags_behind_lowers_nothing(self):
        standby = self.cluster.standby(self.directory / "standby", durable=False)
        self.addCleanup(standby.stop, "immediate")
        exporter = self.followed()
        self.count(success=2)
        self.wait(exporter, 2, 0)
        standby.wait_for_replay(self.cluster)
        standby.query("SELECT pg_wal_replay_pause()")
        self.count(success=3, failure=1)
        self.wait(exporter, 5, 1)
        # It shows the lower sum, and one row not at all.
        for server in (standby, self.cluster):
            exporter.kill()
            exporter._env["DATABASE_URL"] = server.url(EXPORTER_ROLE, self.database)
            exporter.start()
            exporter.wait_ready()
            wait_polls(exporter, 2, "gateway")
            self.wait(exporter, 5, 1)
        self.count(success=1, failure=1)
        self.wait(exporter, 6, 2)

    def test_a_restored_backup_counts_on_from_there(self):
        cluster = self.cluster
        self.cluster = Cluster.create(self.directory / "restored", durable=False)
        self.addCleanup(setattr, self, "cluster", cluster)
        self.addCleanup(self.cluster.stop, "immediate")
        self.cluster.create_database(self.database)
        self.count(success=2)
        exporter = self.followed()
        self.cluster.stop()
        backup = self.directory / "backup"
        # With its owner.
        subprocess.run(["cp", "-a", self.cluster.data, backup], check=True)
        self.cluster.start()
        self.count(success=3)
        self.wait(exporter, 3, 0)
        self.cluster.stop()
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="gateway") == 0, 30, "noticed")
        shutil.rmtree(self.cluster.data)
        backup.rename(self.cluster.data)
        self.cluster.start()
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="gateway") == 1, 30, "back")
        self.count(success=1)
        self.wait(exporter, 4, 0)

    def test_another_database_is_a_baseline(self):
        self.count(success=5)
        exporter = self.followed()
        self.count(success=1)
        self.wait(exporter, 1, 0)
        exporter.stop()
        self.database += "_other"
        self.cluster.create_database(self.database)
        self.count(success=1000)
        exporter._env["DATABASE_URL"] = self.cluster.url(EXPORTER_ROLE, self.database)
        exporter.start()
        exporter.wait_ready()
        wait_polls(exporter, 1, "gateway")
        self.count(success=2)
        self.wait(exporter, 3, 0)

    def test_hostile_labels_and_limits(self):
        exporter = self.followed(config=FAST + "limits: {series_per_family: 100, label_bytes: 100}\n")
        self.count(success=1, route="line\nbreak")
        self.count(success=1, route="x" * 255 + "one")
        self.count(success=1, route="x" * 255 + "other")
        self.wait_total(exporter, 3, "litellm_gateway_requests_total")
        self.assertEqual(metric(exporter, "litellm_gateway_requests_total", route="line break", outcome="success"), 1)
        self.assertEqual(metric(exporter, "litellm_gateway_requests_total", route="x" * 100, outcome="success"), 2)
        day = datetime.now(timezone.utc).strftime("%Y-%m-%d")
        self.sql(f"INSERT INTO {REQUESTS} SELECT %s, 'llm', 'r' || n, 1, 0 FROM generate_series(1, 12000) n", (day,))
        self.wait_total(exporter, 12003, "litellm_gateway_requests_total")
        self.assertLessEqual(metric(exporter, "litellm_exporter_series", family="litellm_gateway_requests_total"), 110)
        self.sql(f"UPDATE {REQUESTS} SET successful_requests = successful_requests + 1")
        self.wait_total(exporter, 24006, "litellm_gateway_requests_total")

    def test_it_can_be_switched_off(self):
        exporter = self.exporter(FAST + "families: {gateway: false}\n")
        self.count(success=1)
        wait_polls(exporter, 2)
        self.assertNotIn("litellm_gateway", exporter.page())

    def test_locked_tables_hold_up_no_rows(self):
        exporter = self.followed()
        with self.cluster.connect(database=self.database) as connection, connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {REQUESTS} IN ACCESS EXCLUSIVE MODE")
            wait_until(lambda: metric(exporter, "litellm_exporter_poll_failures_total", collector="gateway") >= 1, 30,
                       "the lock is in its way")
            wait_polls(exporter, 2)
            self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="spend_log"), 1)
            connection.rollback()
        self.count(success=1)
        self.wait(exporter, 1, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)

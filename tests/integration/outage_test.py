# SPDX-License-Identifier: Apache-2.0
"""The database is down, frozen, slow or denied: the page answers at once and says so."""

import contextlib
import os
import signal
import socket
import time
import unittest

from harness import EXPORTER_ROLE, FAST, IntegrationCase, metric, patient, wait_polls, wait_until
from rows import insert

SHORT = FAST.replace("statement_timeout: 20s", "statement_timeout: 1s, connect_timeout: 1s")


class Outage(IntegrationCase):
    def insert(self, count):
        insert(self.cluster.connect(database=self.database), [{}] * count)

    def wait_up(self, exporter, up):
        wait_until(lambda: metric(exporter, "litellm_exporter_database_up") == up, 30,
                   f"litellm_exporter_database_up is {up}")

    def test_down_at_start_then_up_then_away_and_back(self):
        self.cluster.stop("fast")
        try:
            exporter = self.exporter(SHORT)
            self.wait_up(exporter, 0)
            self.assertEqual(metric(exporter, "litellm_exporter_collector_success"), 0)
            self.assertGreater(metric(exporter, "litellm_exporter_poll_failures_total",
                                      collector="spend_log", reason="connect"), 0)
        finally:
            self.cluster.start()
        self.wait_up(exporter, 1)
        wait_until(lambda: metric(exporter, "litellm_exporter_baselines_total") == 1, 20, "baseline")
        self.insert(3)
        self.wait_total(exporter, 3)
        self.cluster.stop("immediate")
        try:
            self.wait_up(exporter, 0)
            self.assertEqual(metric(exporter, "litellm_requests_total"), 3)
        finally:
            self.cluster.start()
        self.insert(4)
        self.wait_up(exporter, 1)
        self.wait_total(exporter, 7)
        # A trouble that lasts is one line, not one for each poll.
        self.assertLess(exporter.log().count("reason=connect"), 8)
        self.assertIn("poll works again", exporter.log())

    def test_what_is_read_once_an_hour_does_not_fail_for_an_hour(self):
        self.cluster.stop("fast")
        try:
            exporter = self.exporter(SHORT)
            wait_until(lambda: metric(exporter, "litellm_exporter_poll_failures_total", collector="audit") > 0, 30,
                       "the audit has failed")
        finally:
            self.cluster.start()
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="audit") == 1, 120,
                   "the audit is tried again")

    def test_an_address_that_takes_connections_and_says_nothing(self):
        """Whatever the URL says of waiting: neither a poll nor a stop waits for ever."""
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        for timeout in ("300", "0"):
            with self.subTest(timeout):
                exporter = self.exporter(SHORT, start=False, url=f"postgresql://a@127.0.0.1:{silent.getsockname()[1]}/b"
                                                                f"?sslmode=disable&connect_timeout={timeout}")
                exporter.start()
                wait_until(lambda: metric(exporter, "litellm_exporter_poll_failures_total",  # noqa: B023
                                          collector="spend_log", reason="connect") > 0, 20, "a poll is given up")
                self.assertIn("timeout expired", exporter.log())
                begin = time.monotonic()
                exporter.stop(deadline=60)
                self.assertLess(time.monotonic() - begin, patient(5))
                self.assertIn("msg=Stopped", exporter.log())

    def test_a_frozen_server(self):
        exporter = self.exporter(SHORT)
        self.insert(2)
        self.wait_total(exporter, 2)
        frozen = []

        def given_up():
            if metric(exporter, "litellm_exporter_poll_failures_total", reason="timeout") > 0:
                return True
            # One of them may belong to an attempt to connect that took too long, and nobody waits for it.
            for pid, in self.sql("SELECT pid FROM pg_stat_activity WHERE usename = %s", (EXPORTER_ROLE,)):
                if pid not in frozen:
                    os.kill(pid, signal.SIGSTOP)
                    frozen.append(pid)
            return False
        try:
            # The server itself is well: the next poll gets a new session.
            wait_until(given_up, 30, "a frozen session is given up")
            self.insert(2)
            self.wait_total(exporter, 4)
        finally:
            for pid in frozen:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def test_neither_page_nor_stop_waits_for_a_frozen_poll(self):
        exporter = self.exporter(FAST.replace("statement_timeout: 20s", "statement_timeout: 1m"))
        backends = [pid for pid, in self.sql("SELECT pid FROM pg_stat_activity WHERE usename = %s", (EXPORTER_ROLE,))]

        def polls():
            return metric(exporter, "litellm_exporter_polls_total", collector="keys")

        def hangs():
            before = polls()
            time.sleep(3)
            return polls() == before
        for pid in backends:
            os.kill(pid, signal.SIGSTOP)
        try:
            # Twice: nothing but the freeze holds up what is polled each second. The page is answered meanwhile.
            wait_until(lambda: hangs() and hangs(), 30, "a poll hangs")
            begin = time.monotonic()
            self.assertEqual(exporter.stop(deadline=90), 0)
            self.assertLess(time.monotonic() - begin, 40)
        finally:
            for pid in backends:
                os.kill(pid, signal.SIGCONT)

    def test_a_lock_on_the_table(self):
        exporter = self.exporter(SHORT)
        holder = self.cluster.connect(database=self.database, autocommit=False)
        with holder.cursor() as cursor:
            cursor.execute('LOCK TABLE "LiteLLM_SpendLogs" IN ACCESS EXCLUSIVE MODE')
        wait_until(lambda: metric(exporter, "litellm_exporter_poll_failures_total",
                                  collector="spend_log", reason="timeout") > 0, 20, "a timeout")
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="aliases") == 1, 20, "aliases")
        holder.rollback()
        self.insert(1)
        self.wait_total(exporter, 1)

    def test_a_lock_on_one_table_holds_up_nothing_else(self):
        exporter = self.exporter()
        wait_polls(exporter, 1, "model_health")
        holder = self.cluster.connect(database=self.database, autocommit=False)
        with holder.cursor() as cursor:
            cursor.execute('LOCK TABLE "LiteLLM_VerificationToken" IN ACCESS EXCLUSIVE MODE')
        begin = {name: self.polls(exporter, name) for name in ("spend_log", "teams", "users")}
        self.insert(3)
        for name, before in begin.items():
            wait_until(lambda n=name, b=before: self.polls(exporter, n) >= b + 6, 60, f"{name} goes on")
        for name in ("keys", "aliases"):
            wait_polls(exporter, 2, name)
        for name in begin:
            wait_until(lambda n=name: metric(exporter, "litellm_exporter_collector_success", collector=n) == 1, 20, name)
        self.wait_total(exporter, 3)
        for name in ("keys", "aliases"):
            self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector=name), 0, name)
            # Each says it for itself: another table may be locked as well.
            self.assertEqual(exporter.log().count(f"collector={name} reason=timeout"), 1, exporter.log())
        self.assertEqual(metric(exporter, "litellm_exporter_database_up"), 1)
        # The sessions are in order.
        self.assertEqual(exporter.log().count("msg=connected"), 2, exporter.log())
        holder.rollback()
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="keys") == 1, 20, "keys")

    def polls(self, exporter, collector):
        return metric(exporter, "litellm_exporter_polls_total", collector=collector)

    def slow_down(self, seconds):
        """The server takes so long for each row that insert_slow() makes, however fast the machine is."""
        self.sql("ALTER FUNCTION pg_catalog.date_part(text, timestamp) RENAME TO true_date_part")
        self.sql(f"""CREATE FUNCTION pg_catalog.date_part(text, timestamp) RETURNS float8 LANGUAGE plpgsql STRICT AS $$BEGIN
                     IF $2 = '2001-01-01' THEN PERFORM pg_sleep({seconds}); END IF;
                     RETURN pg_catalog.true_date_part($1, $2); END$$""")

    def speed_up(self):
        self.sql("DROP FUNCTION pg_catalog.date_part(text, timestamp)")
        self.sql("ALTER FUNCTION pg_catalog.true_date_part(text, timestamp) RENAME TO date_part")

    def insert_slow(self, count):
        """Rows of one instant, which no range can part."""
        self.sql("""INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime", "completionStartTime")
                    SELECT n::text, '', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', '2001-01-01'
                    FROM generate_series(1, %s) n""", (count,))

    def test_rows_that_take_longer_than_a_statement_are_read_once(self):
        # Between the polls there is time to see what the first of them has read.
        exporter = self.exporter(FAST.replace("statement_timeout: 20s", "statement_timeout: 100ms")
                                 .replace("poll_interval: 1s", "poll_interval: 20s", 1))
        wait_until(lambda: metric(exporter, "litellm_exporter_baselines_total") == 1, 60, "baseline")
        exporter.stop()
        self.slow_down(0.001)
        self.insert_slow(2000)
        exporter.start()
        wait_until(lambda: metric(exporter, "litellm_exporter_spend_log_rows_total") > 0, 180, "rows are counted")
        self.assertEqual(metric(exporter, "litellm_exporter_spend_log_rows_total"), 2000)
        self.assertEqual(metric(exporter, "litellm_exporter_spend_log_duplicate_rows_total"), 0)

    def test_a_statement_from_which_nothing_comes_is_ended(self):
        exporter = self.exporter(FAST.replace("statement_timeout: 20s", "statement_timeout: 100ms"))
        wait_until(lambda: metric(exporter, "litellm_exporter_baselines_total") == 1, 60, "baseline")
        self.slow_down(100)
        self.insert_slow(1)
        wait_until(lambda: "canceling statement due to user request" in exporter.log(), 120, "the statement is cancelled")
        wait_until(lambda: metric(exporter, "litellm_exporter_poll_failures_total",
                                  collector="spend_log", reason="timeout") > 0, 20, "a timeout")
        self.speed_up()
        self.wait_total(exporter, 1, deadline=180)

    def test_a_standby_that_goes_on_with_replay(self):
        """It ends what is read for long; counting goes on where it was."""
        standby = self.cluster.standby(self.directory / "standby", durable=False,
                                       settings={"max_standby_streaming_delay": "0"})
        self.addCleanup(standby.stop, "immediate")
        exporter = self.exporter(url=standby.url(EXPORTER_ROLE, self.database))
        wait_until(lambda: metric(exporter, "litellm_exporter_baselines_total") == 1, 60, "baseline")
        self.slow_down(0.001)
        self.sql("CREATE TABLE churn AS SELECT 1 AS n")
        self.insert_slow(3000)

        def conflict():
            self.sql("UPDATE churn SET n = n + 1")
            self.sql("VACUUM churn")
            return metric(exporter, "litellm_exporter_poll_failures_total", collector="spend_log", reason="timeout") > 0
        wait_until(conflict, 120, "a poll is ended")
        self.speed_up()
        self.wait_total(exporter, 3000, deadline=180)

    def test_tables_come_later(self):
        self.sql('ALTER TABLE "LiteLLM_SpendLogs" RENAME TO away')
        exporter = self.exporter()
        self.assertEqual(metric(exporter, "litellm_exporter_database_up"), 1)
        self.assertGreater(metric(exporter, "litellm_exporter_poll_failures_total", reason="schema"), 0)
        self.sql('ALTER TABLE away RENAME TO "LiteLLM_SpendLogs"')
        wait_until(lambda: metric(exporter, "litellm_exporter_baselines_total") == 1, 20, "baseline")
        self.insert(2)
        self.wait_total(exporter, 2)

    def test_rights_that_are_missing_are_named(self):
        self.sql(f'REVOKE SELECT (xmin) ON "LiteLLM_SpendLogs" FROM {EXPORTER_ROLE}')
        exporter = self.exporter()
        self.assertGreater(metric(exporter, "litellm_exporter_poll_failures_total",
                                  reason="permission"), 0)
        self.assertIn('GRANT SELECT (\\"xmin\\")', exporter.log())

    def test_a_schema_named_in_the_url(self):
        self.sql("CREATE SCHEMA proxy")
        self.sql('ALTER TABLE "LiteLLM_SpendLogs" SET SCHEMA proxy')
        self.sql(f"GRANT USAGE ON SCHEMA proxy TO {EXPORTER_ROLE}")
        url = self.cluster.url(EXPORTER_ROLE, self.database)
        exporter = self.exporter(url=url + "?schema=proxy&connection_limit=10&pool_timeout=20")
        connection = self.cluster.connect(database=self.database)
        with connection.cursor() as cursor:
            cursor.execute("SET search_path = proxy")
        insert(connection, [{}] * 4)
        self.wait_total(exporter, 4)

    def test_nothing_scans_the_table(self):
        self.sql("""INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime")
                    SELECT n::text, '', now() - n * interval '1 second', now()
                    FROM generate_series(1, 30000) n""")
        self.sql("SELECT pg_stat_reset()")
        exporter = self.exporter()
        self.insert(5)
        self.wait_total(exporter, 5)
        # The session reports its statistics when it ends.
        exporter.stop()
        def reported():
            scans = self.sql("""SELECT seq_scan, idx_scan FROM pg_stat_user_tables
                                WHERE relname = 'LiteLLM_SpendLogs'""")[0]
            return scans if scans[1] else None
        sequential, _ = wait_until(reported, 20, "the session's statistics")
        self.assertEqual(sequential, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Behind PgBouncer a session outlives its server; and histories that no session tells of."""

import os
import signal
import unittest

from harness import EXPORTER_ROLE, FAST, LOG_UNWRITTEN, IntegrationCase, metric, wait_polls, wait_until
from pgbouncer import PgBouncer
from rows import insert


class PoolerCase(IntegrationCase):
    settings = LOG_UNWRITTEN

    def setUp(self):
        super().setUp()
        # Tables and roles are there after the crash all the same.
        self.sql("CHECKPOINT")

    def insert(self, count):
        insert(self.cluster.connect(database=self.database), [{}] * count)

    def next_xid(self):
        return self.sql("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")[0][0]

    def pooled(self, mode, config=FAST, **options):
        pooler = PgBouncer(self.directory / f"pgbouncer-{self._testMethodName}", self.cluster, mode)
        pooler.start(EXPORTER_ROLE)
        self.addCleanup(pooler.stop)
        return self.exporter(config, url=pooler.url(EXPORTER_ROLE, self.database), **options)

    def keep_unwritten(self):
        """From here on nobody writes the log, until a crash ends the server."""
        os.kill(self.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")[0][0], signal.SIGSTOP)

    def wait_settled(self, exporter):
        """Until rows are no longer read again."""
        def still():
            before = metric(exporter, "litellm_exporter_spend_log_duplicate_rows_total")
            wait_polls(exporter, 4)
            return metric(exporter, "litellm_exporter_spend_log_duplicate_rows_total") == before
        wait_until(still, 90, "the horizons have settled")

    def waste(self, transactions):
        """Ids of transactions whose log nobody writes."""
        undone = self.cluster.connect(database=self.database, autocommit=False)
        for _ in range(transactions):
            insert(undone, [{}])
            undone.rollback()


class Transactions(PoolerCase):
    def crash(self, exporter):
        """Twenty rows get ids that were used before a crash, while the exporter looks away."""
        self.insert(1)
        self.wait_total(exporter, 1)
        self.wait_settled(exporter)
        self.sql("CHECKPOINT")
        self.keep_unwritten()
        self.waste(8)
        before = self.next_xid()
        wait_polls(exporter, 2)
        exporter.send_signal(signal.SIGSTOP)
        self.cluster.restart("immediate")
        self.assertLess(self.next_xid(), before, "no id was given out again: the test shows nothing")
        for _ in range(20):
            self.insert(1)
        exporter.send_signal(signal.SIGCONT)
        self.wait_total(exporter, 21, deadline=90)

    def test_a_crash_behind_a_pooler_in_transaction_mode(self):
        self.crash(self.pooled("transaction"))

    def test_a_crash_that_the_server_does_not_tell_of(self):
        """As where pg_postmaster_start_time() is refused: only the horizon's own patience helps."""
        self.sql("ALTER FUNCTION pg_catalog.pg_postmaster_start_time() RENAME TO true_start")
        self.crash(self.pooled("transaction"))

    def test_ids_beyond_any_number(self):
        """Savepoints use ids by the hundred thousand in no time."""
        exporter = self.pooled("session")
        self.insert(1)
        self.wait_total(exporter, 1)
        self.sql("CHECKPOINT")
        self.keep_unwritten()
        before = self.next_xid()
        self.use_ids(250_000)
        wait_polls(exporter, 2)
        exporter.send_signal(signal.SIGSTOP)
        self.cluster.restart("immediate")
        self.assertLess(self.next_xid(), before + 100_000, "too few ids were given out again: the test shows nothing")
        for _ in range(5):
            self.insert(1)
        # Past the horizon that was seen before the crash, so that nothing looks as if it went backwards.
        self.use_ids(260_000)
        exporter.send_signal(signal.SIGCONT)
        self.wait_total(exporter, 6, deadline=90)


    def use_ids(self, count):
        with self.cluster.connect(database=self.database).cursor() as cursor:
            cursor.execute("""DO $$BEGIN FOR i IN 1..%s LOOP BEGIN
                PERFORM pg_current_xact_id(); RAISE EXCEPTION 'undo'; EXCEPTION WHEN OTHERS THEN NULL;
                END; END LOOP; END$$""", (count,))


class Modes(PoolerCase):
    def test_statement_mode_is_refused_by_name(self):
        exporter = self.pooled("statement")
        wait_until(lambda: "pool_mode = statement" in exporter.log(), 30, "the reason is named")
        self.assertIn("pool_mode = transaction or session", exporter.log())
        self.assertIn("pool_mode = statement", exporter.run("doctor").stdout)

    def test_a_pooler_whose_server_comes_and_goes(self):
        exporter = self.pooled("transaction")
        self.insert(3)
        self.wait_total(exporter, 3)
        self.cluster.stop("immediate")
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="spend_log") == 0, 60,
                   "the loss is seen")
        self.cluster.start()
        self.insert(4)
        self.wait_total(exporter, 7, deadline=60)


class Copies(PoolerCase):
    settings = {}

    def test_a_cold_copy_whose_ids_are_past_the_old_horizon(self):
        exporter = self.exporter()
        self.insert(3)
        self.wait_total(exporter, 3)
        copy = self.cluster.directory / "copy"
        self.cluster.stop("fast")
        self.cluster._run(["cp", "-a", self.cluster.data, copy])
        self.cluster.start()
        self.insert(6)
        self.wait_total(exporter, 9)
        # The exporter is away while the copy takes the cluster's place and grows beyond it.
        exporter.kill()
        self.cluster.stop("fast")
        original = self.cluster.data
        self.cluster.data = copy
        self.addCleanup(setattr, self.cluster, "data", original)
        self.cluster.start()
        for _ in range(25):
            self.insert(1)
        exporter.start()
        exporter.wait_ready()
        self.wait_total(exporter, 9 + 25)


class Partitions(PoolerCase):
    settings = {}

    def test_a_partition_that_was_filled_before_it_was_attached(self):
        self.sql('ALTER TABLE "LiteLLM_SpendLogs" RENAME TO "LiteLLM_SpendLogs_legacy"')
        self.sql("""CREATE TABLE "LiteLLM_SpendLogs" (LIKE "LiteLLM_SpendLogs_legacy" INCLUDING DEFAULTS,
                    PRIMARY KEY (request_id, "startTime")) PARTITION BY RANGE ("startTime")""")
        self.sql("""CREATE TABLE part_default PARTITION OF "LiteLLM_SpendLogs" DEFAULT""")
        self.sql(f'GRANT SELECT ON "LiteLLM_SpendLogs" TO {EXPORTER_ROLE}')
        exporter = self.exporter()
        self.insert(3)
        self.wait_total(exporter, 3)
        self.sql("""CREATE TABLE part_new (LIKE "LiteLLM_SpendLogs" INCLUDING DEFAULTS)""")
        self.sql("""INSERT INTO part_new (request_id, call_type, "startTime", "endTime") SELECT n::text, 'x',
                    now() AT TIME ZONE 'UTC' - interval '2 hours', now() AT TIME ZONE 'UTC' - interval '2 hours'
                    FROM generate_series(1, 5) n""")
        # Their ids are older than any horizon by now.
        for _ in range(3):
            self.insert(1)
        self.wait_total(exporter, 6)
        self.wait_settled(exporter)
        self.sql("""ALTER TABLE "LiteLLM_SpendLogs" ATTACH PARTITION part_new FOR VALUES
                    FROM ('2000-01-01') TO (%s)""", (self.sql(
            "SELECT date_trunc('minute', now() AT TIME ZONE 'UTC' - interval '1 hour')")[0][0],))
        self.wait_total(exporter, 11)


if __name__ == "__main__":
    unittest.main(verbosity=2)

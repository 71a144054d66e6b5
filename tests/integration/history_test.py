#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Histories that are not what they seem: transaction ids used twice, a standby that stood still, a
clock that was wrong. No row may be lost or counted twice for it."""

import os
import signal
import subprocess
import unittest

from harness import EXPORTER_ROLE, FAST, LOG_UNWRITTEN, IntegrationCase, metric, patient, wait_polls, wait_until
from rows import insert

SHORT_WINDOWS = """
database: {poll_interval: 1s}
spend_log: {window: 5s, sweep_window: 10s, sweep_interval: 2s}
"""


# While $AHEAD exists this machine's clock is a day ahead.
AHEAD = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*real)(clockid_t, struct timespec *);
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
  const int result = real(clock, time);
  if (clock == CLOCK_REALTIME && access(getenv("AHEAD"), F_OK) == 0) time->tv_sec += 86400;
  return result;
}
"""


class History(IntegrationCase):
    def insert(self, count, cluster=None):
        insert((cluster or self.cluster).connect(database=self.database), [{}] * count)

    def next_xid(self):
        return self.sql("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")[0][0]


class Crash(History):
    settings = LOG_UNWRITTEN

    def test_transaction_ids_that_a_crash_gives_out_again(self):
        exporter = self.exporter()
        # It sees the database again only when those ids have been passed.
        self.use_ids_twice(exporter, lambda: exporter.send_signal(signal.SIGSTOP))
        exporter.send_signal(signal.SIGCONT)
        self.wait_total(exporter, 21)

    def test_the_same_while_the_exporter_is_away(self):
        exporter = self.exporter()
        self.use_ids_twice(exporter, exporter.kill)
        exporter.start()
        exporter.wait_ready()
        self.wait_total(exporter, 21)

    def use_ids_twice(self, exporter, leave):
        """One row before a crash, and after it twenty with ids that were used before; `leave` keeps the
        exporter away meanwhile."""
        self.insert(1)
        self.wait_total(exporter, 1)
        self.sql("CHECKPOINT")
        # From here on nobody writes the log, until the crash.
        os.kill(self.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")[0][0], signal.SIGSTOP)
        undone = self.cluster.connect(database=self.database, autocommit=False)
        for _ in range(8):
            insert(undone, [{}])
            undone.rollback()
        before = self.next_xid()
        wait_polls(exporter, 2)
        leave()
        self.cluster.restart("immediate")
        self.assertLess(self.next_xid(), before, "no id was given out again: the test shows nothing")
        for _ in range(20):
            self.insert(1)


class Standby(History):
    def test_a_replay_that_stood_still_for_longer_than_the_sweep_window(self):
        self.stand_still()

    def test_the_same_where_the_standby_does_not_say_how_far_it_is(self):
        self.sql("ALTER FUNCTION pg_catalog.pg_last_xact_replay_timestamp() RENAME TO true_replay")
        self.sql("CREATE FUNCTION pg_catalog.pg_last_xact_replay_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS "
                 "$$BEGIN RAISE EXCEPTION 'not here' USING ERRCODE = '0A000'; END$$")
        self.stand_still()

    def stand_still(self):
        standby = self.cluster.standby(self.directory / self._testMethodName, durable=False)
        self.addCleanup(standby.stop, "immediate")
        exporter = self.exporter(SHORT_WINDOWS, url=standby.url(EXPORTER_ROLE, self.database))
        wait_until(lambda: metric(exporter, "litellm_exporter_baselines_total") == 1, 20, "a baseline")
        self.insert(3)
        self.wait_total(exporter, 3)
        standby.query("SELECT pg_wal_replay_pause()")
        wait_until(lambda: standby.query("SELECT pg_get_wal_replay_pause_state()")[0][0] == "paused", 20, "the pause")
        self.insert(7)
        wait_polls(exporter, 16)
        self.assertEqual(metric(exporter, "litellm_requests_total"), 3)
        standby.query("SELECT pg_wal_replay_resume()")
        standby.wait_for_replay(self.cluster)
        self.wait_total(exporter, 10)


class Clock(History):
    def setUp(self):
        super().setUp()
        # The built-in function under another name, and one in its place that can be set: for the exporter, not for
        # those who write rows.
        for statement in (
                "CREATE TABLE fake_clock (ahead interval)", "INSERT INTO fake_clock VALUES ('0')",
                f"GRANT SELECT ON fake_clock TO {EXPORTER_ROLE}",
                "ALTER FUNCTION pg_catalog.now() RENAME TO true_now",
                """CREATE FUNCTION pg_catalog.now() RETURNS timestamptz LANGUAGE sql STABLE
                   AS $$SELECT pg_catalog.true_now() + CASE WHEN current_user = '%s'
                        THEN (SELECT ahead FROM public.fake_clock) ELSE '0' END$$""" % EXPORTER_ROLE):
            self.sql(statement)
        self.counter = self.exporter(FAST)
        self.insert(2)
        self.wait_total(self.counter, 2)

    def set_ahead(self, interval):
        self.sql("UPDATE fake_clock SET ahead = %s", (interval,))
        wait_polls(self.counter, 4)

    def test_a_clock_that_ran_ahead_while_a_transaction_was_open(self):
        held = self.cluster.connect(database=self.database, autocommit=False)
        with held.cursor() as cursor:
            cursor.execute("SELECT txid_current()")
        self.insert(5)
        self.wait_total(self.counter, 7)
        self.set_ahead("1 day")
        self.insert(4)
        self.wait_total(self.counter, 11)
        self.set_ahead("0")
        held.rollback()
        self.wait_total(self.counter, 11)

    def test_an_exporter_that_starts_while_the_clock_is_ahead(self):
        for ahead in ("1 day", "10 years"):
            with self.subTest(ahead):
                before = self.count()
                self.set_ahead(ahead)
                self.insert(3)
                self.counter.kill()
                self.insert(4)
                self.counter.start()
                self.counter.wait_ready()
                self.insert(5)
                self.wait_total(self.counter, before + 12)
                self.set_ahead("0")
                self.insert(2)
                self.wait_total(self.counter, before + 14)

    def count(self):
        return metric(self.counter, "litellm_requests_total")

    def test_both_clocks_were_ahead_and_the_server_is_restarted_after_they_were_set_right(self):
        """What was counted before is forgotten while they are ahead, and must not be counted again."""
        library, switch = self.directory / "ahead.so", self.directory / "ahead"
        subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", library, "-ldl"], input=AHEAD, text=True,
                       check=True, timeout=patient(60))
        exporter = self.exporter(FAST, env={"LD_PRELOAD": str(library), "AHEAD": str(switch)})
        self.insert(5)
        self.wait_total(exporter, 5)
        exporter.kill()
        switch.touch()
        self.sql("UPDATE fake_clock SET ahead = '1 day'")
        exporter.start()
        exporter.wait_ready()
        wait_polls(exporter, 4)
        switch.unlink()
        self.sql("UPDATE fake_clock SET ahead = '0'")
        wait_until(lambda: metric(exporter, "litellm_exporter_baselines_total", reason="clock_set_back") == 1, 30,
                   "it is said")
        self.cluster.restart()
        wait_until(lambda: "the database was restarted" in exporter.log(), 60, "the restart is seen")
        self.insert(3)
        self.wait_total(exporter, 8)

    def test_a_first_start_while_the_clock_is_ahead(self):
        self.sql("UPDATE fake_clock SET ahead = '30 days'")
        second = self.exporter(FAST)
        self.insert(3)
        self.wait_total(second, 3)
        self.sql("UPDATE fake_clock SET ahead = '0'")
        self.insert(2)
        self.wait_total(second, 5)

    def test_rows_that_were_written_meanwhile(self):
        self.set_ahead("1 day")
        # The writer's clock was right.
        self.insert(4)
        self.wait_total(self.counter, 6)
        self.set_ahead("0")
        self.insert(2)
        self.wait_total(self.counter, 8)


if __name__ == "__main__":
    unittest.main(verbosity=2)

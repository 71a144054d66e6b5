# SPDX-License-Identifier: Apache-2.0
"""The state file: damaged, torn, on a full disk; the cluster: replaced, restored, promoted."""

import os
import resource
import shutil
import signal
import unittest

from harness import EXPORTER_ROLE, FAST, IntegrationCase, metric, wait_polls, wait_until
from rows import insert
from demo.postgres import Cluster


class StateFile(IntegrationCase):
    def insert(self, count, cluster=None):
        insert((cluster or self.cluster).connect(database=self.database), [{}] * count)

    def counted(self, rows):
        """An exporter that has counted some rows and was then killed."""
        exporter = self.exporter()
        self.insert(rows)
        self.wait_total(exporter, rows)
        exporter.kill()
        return exporter, exporter.state / "state"

    def restart(self, exporter):
        exporter.start()
        exporter.wait_ready()
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success",
                                  collector="spend_log") == 1, 20, "a successful poll")

    def test_a_damaged_file_starts_a_new_baseline(self):
        exporter, state = self.counted(20)
        content = bytearray(state.read_bytes())
        content[60] ^= 0xFF
        state.write_bytes(content)
        self.insert(5)
        self.restart(exporter)
        self.assertEqual(metric(exporter, "litellm_requests_total"), 0)
        wait_until(lambda: metric(exporter, "litellm_exporter_baselines_total",
                                  reason="state_damaged") == 1, 10, "the baseline is counted")
        self.assertIn("the state file is damaged", exporter.log())
        self.assertTrue(state.with_name("state.damaged").exists())
        self.insert(3)
        self.wait_total(exporter, 3)

    def test_a_file_of_anything_else_starts_a_new_baseline(self):
        exporter, state = self.counted(4)
        for content in (b"", b"\0" * 5000, os.urandom(5000), b"litellm-exporter state 9\n"):
            state.write_bytes(content)
            self.restart(exporter)
            self.insert(2)
            self.wait_total(exporter, 2)
            exporter.kill()

    def test_a_torn_file_counts_on_exactly(self):
        exporter, state = self.counted(20)
        content = state.read_bytes()
        for kept in (len(content) - 1, len(content) - 200):
            state.write_bytes(content[:kept])
            self.restart(exporter)
            self.wait_total(exporter, 20)
            exporter.kill()

    def test_a_full_disk_holds_the_page_back_and_loses_nothing(self):
        exporter = self.exporter()
        self.insert(5)
        self.wait_total(exporter, 5)
        # Writes past this fail with "file too large", as they fail on a full disk.
        resource.prlimit(exporter.pid, resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
        self.insert(7)
        wait_until(lambda: metric(exporter, "litellm_exporter_poll_failures_total",
                                  reason="state") >= 2, 20, "saves fail")
        self.assertEqual(metric(exporter, "litellm_requests_total"), 5)
        # Nor does a reload show what a kill could take back.
        name = "litellm_exporter_config_last_reload_success_timestamp_seconds"
        before = metric(exporter, name)
        exporter.send_signal(signal.SIGHUP)
        wait_until(lambda: metric(exporter, name) > before, 20, "the reload")
        self.assertEqual(metric(exporter, "litellm_requests_total"), 5)
        exporter.kill()
        self.restart(exporter)
        self.wait_total(exporter, 12)
        resource.prlimit(exporter.pid, resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
        self.insert(1)
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success",
                                  collector="spend_log") == 0, 20, "saves fail")
        resource.prlimit(exporter.pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.wait_total(exporter, 13)

    def test_a_directory_that_cannot_be_made(self):
        blocker = self.directory / "file"
        blocker.write_text("", encoding="utf-8")
        exporter = self.exporter(flags=["--log.format=logfmt"], start=False)
        shutil.rmtree(exporter.state)
        exporter.state.symlink_to(blocker)
        exporter.start()
        wait_until(lambda: not exporter.alive(), 10, "the exporter gives up")
        self.assertIn("cannot create the directory", exporter.log())

    def test_the_page_never_falls_across_kills(self):
        exporter = self.exporter()
        highest = 0
        for _ in range(6):
            self.insert(50)
            wait_polls(exporter, 2)
            highest = max(highest, metric(exporter, "litellm_requests_total"))
            exporter.kill()
            self.restart(exporter)
            self.assertGreaterEqual(metric(exporter, "litellm_requests_total"), highest)
        self.wait_total(exporter, 300)

    def test_another_cluster_keeps_the_counters_and_takes_a_baseline(self):
        exporter, _ = self.counted(10)
        other = Cluster.create(self.directory / "other", durable=False)
        self.addCleanup(other.stop, "immediate")
        other.create_database(self.database)
        self.insert(4, other)
        exporter._env["DATABASE_URL"] = other.url(EXPORTER_ROLE, self.database)
        self.restart(exporter)
        wait_until(lambda: metric(exporter, "litellm_exporter_baselines_total",
                                  reason="cluster_changed") == 1, 10, "the baseline is counted")
        self.wait_total(exporter, 10)
        self.insert(3, other)
        self.wait_total(exporter, 13)

    def test_a_cluster_restored_from_an_older_copy(self):
        first = Cluster.create(self.directory / "first", durable=False)
        first.create_database(self.database)
        exporter = self.exporter(url=first.url(EXPORTER_ROLE, self.database))
        self.insert(5, first)
        self.wait_total(exporter, 5)
        first.stop()
        shutil.copytree(first.data, first.directory / "copy")
        self.run_as_owner(first)
        first.start()
        for _ in range(20):
            self.insert(1, first)
        self.wait_total(exporter, 25)
        first.stop("immediate")
        shutil.rmtree(first.data)
        (first.directory / "copy").rename(first.data)
        first.start()
        self.addCleanup(first.stop, "immediate")
        wait_until(lambda: metric(exporter, "litellm_exporter_baselines_total",
                                  reason="horizon_behind") == 1, 30, "the restore is noticed")
        self.wait_total(exporter, 25)
        self.insert(6, first)
        self.wait_total(exporter, 31)

    def run_as_owner(self, cluster):
        """The copy belongs to whoever runs the server."""
        owner = cluster.data.stat()
        for path in [cluster.directory / "copy", *(cluster.directory / "copy").rglob("*")]:
            os.chown(path, owner.st_uid, owner.st_gid)
        os.chmod(cluster.directory / "copy", 0o700)

    def test_a_promoted_standby_goes_on_where_the_primary_ended(self):
        primary = Cluster.create(self.directory / "primary", durable=False)
        primary.create_database(self.database)
        standby = primary.standby(self.directory / "heir", durable=False)
        self.addCleanup(standby.stop, "immediate")
        exporter = self.exporter(url=primary.url(EXPORTER_ROLE, self.database))
        self.insert(5, primary)
        self.wait_total(exporter, 5)
        standby.wait_for_replay(primary)
        primary.stop("immediate")
        standby.promote()
        self.insert(4, standby)
        exporter.kill()
        exporter._env["DATABASE_URL"] = standby.url(EXPORTER_ROLE, self.database)
        self.restart(exporter)
        self.wait_total(exporter, 9)


if __name__ == "__main__":
    unittest.main(verbosity=2)

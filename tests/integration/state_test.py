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

    def test_an_interrupted_save_counts_on_exactly(self):
        exporter, state = self.counted(20)
        content = state.read_bytes()
        for rest in (content[-40:], b"\0" * 4096, content[-40:] + b"\0" * 400, b"x"):
            state.write_bytes(content + rest)
            self.restart(exporter)
            self.wait_total(exporter, 20)
            self.assertEqual(metric(exporter, "litellm_exporter_baselines_total", reason="state_damaged"), 0)
            exporter.kill()
        self.assertIn("the last save was not finished", exporter.log())

    def test_damage_behind_the_first_record_is_damage(self):
        """Whatever is done to what was saved, the counters are what they were or begin anew; they never go back."""
        exporter = self.exporter()
        for saved in range(1, 5):
            self.insert(15)
            self.wait_total(exporter, 15 * saved)
        exporter.kill()
        state = exporter.state / "state"
        content = state.read_bytes()

        def flipped(at):
            return content[:at] + bytes([content[at] ^ 0x04]) + content[at + 1:]

        # Numbers are full of zeros, and zeros in the place of zeros are no damage.
        middle = next(at for at in range(len(content) // 2, len(content)) if content[at])
        last = len(content) - 1
        broken = [flipped(middle), flipped(last), flipped(last - 30), content[:middle], content[:-30],
                  content[:middle] + b"\0" * 64 + content[middle + 64:]]
        for bytes_ in broken:
            state.write_bytes(bytes_)
            self.restart(exporter)
            wait_until(lambda: metric(exporter, "litellm_exporter_baselines_total", reason="state_damaged") == 1, 10,
                       "the baseline is counted")
            self.assertEqual(metric(exporter, "litellm_requests_total"), 0)
            exporter.kill()
        self.assertEqual(exporter.log().count("the state file is damaged"), len(broken))
        # A copy of a part behind the end is none of the records.
        state.write_bytes(content + content[middle:])
        self.restart(exporter)
        self.wait_total(exporter, 60)

    def test_a_file_that_was_removed_is_written_anew(self):
        exporter = self.exporter()
        state = exporter.state / "state"
        removals = [state.unlink, lambda: state.write_bytes(b""), lambda: exporter.state.rename(self.directory / "aside")]
        for rows, remove in enumerate(removals, 1):
            self.insert(5)
            self.wait_total(exporter, 5 * rows)
            remove()
            wait_until(lambda: state.exists() and state.stat().st_size > 100, 20, "the file is there again")
        wait_polls(exporter, 2)
        self.assertEqual(exporter.log().count("the state file was removed"), len(removals))
        exporter.kill()
        self.restart(exporter)
        self.wait_total(exporter, 15)

    def test_what_is_kept_is_private_and_follows_no_link(self):
        exporter = self.exporter(start=False)
        victim = self.directory / "victim"
        victim.write_text("untouched", encoding="utf-8")
        exporter.state.rmdir()
        exporter.state.mkdir()
        for name in ("state.new", "trend.json.new", "trend.json"):
            (exporter.state / name).symlink_to(victim)
        exporter.start()
        exporter.wait_ready()
        self.insert(1)
        self.wait_total(exporter, 1)
        trend = exporter.state / "trend.json"
        wait_until(lambda: trend.exists() and not trend.is_symlink(), 20, "the trend is saved")
        for name in ("state", "lock", "trend.json"):
            self.assertEqual((exporter.state / name).stat().st_mode & 0o7777, 0o600, name)
        self.assertEqual(victim.read_text(encoding="utf-8"), "untouched")

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

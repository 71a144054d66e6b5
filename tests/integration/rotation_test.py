# SPDX-License-Identifier: Apache-2.0
"""Secrets are rotated while the exporter runs: the files change, a reload takes them."""

import signal
import unittest

from harness import EXPORTER_ROLE, Cluster, IntegrationCase, metric, wait_polls, wait_until
from rows import insert
from demo.fake_litellm import FakeLitellm

FIRST, SECOND = "first-password", "second-password"


class Rotation(IntegrationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.stop("immediate")
        cls.cluster = Cluster.create(cls.directory / "with-password", durable=False, password=FIRST)

    def test_password_and_key(self):
        proxy = FakeLitellm(key="sk-first")
        proxy.start()
        self.addCleanup(proxy.stop)
        url, key = self.directory / "database_url", self.directory / "litellm_key"
        url.write_text(self.cluster.url(EXPORTER_ROLE, self.database, FIRST) + "\n", encoding="utf-8")
        key.write_text("sk-first\n", encoding="utf-8")
        exporter = self.exporter(f"""
            database: {{url_file: {url}, poll_interval: 1s}}
            litellm: {{urls: ["{proxy.url}"], key_file: {key}, poll_interval: 1s}}
            """, env={"DATABASE_URL": ""})
        insert(self.cluster.connect(database=self.database), [{}] * 3)
        self.wait_total(exporter, 3)
        pid = exporter.pid

        self.cluster.query(f"ALTER ROLE {EXPORTER_ROLE} PASSWORD %s", (SECOND,))
        self.cluster.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (EXPORTER_ROLE,))
        proxy.key = "sk-second"
        wait_until(lambda: metric(exporter, "litellm_exporter_database_up") == 0, 30, "the old password is refused")
        insert(self.cluster.connect(database=self.database), [{}] * 4)
        url.write_text(self.cluster.url(EXPORTER_ROLE, self.database, SECOND) + "\n", encoding="utf-8")
        key.write_text("sk-second\n", encoding="utf-8")
        exporter.send_signal(signal.SIGHUP)
        self.wait_total(exporter, 7)
        self.assertEqual(metric(exporter, "litellm_exporter_database_up"), 1)
        seen = len(proxy.requests)
        wait_polls(exporter, 2, collector="proxies")
        sent = {value for path, value in proxy.requests[seen:] if value}
        self.assertIn("Bearer sk-second", sent)
        self.assertEqual(exporter.pid, pid)
        for secret in (FIRST, SECOND, "sk-first", "sk-second"):
            self.assertNotIn(secret, exporter.log() + exporter.page())

    def test_a_rotated_password_needs_no_signal(self):
        self.cluster.query(f"ALTER ROLE {EXPORTER_ROLE} PASSWORD %s", (FIRST,))
        url = self.directory / "rotated_url"
        url.write_text(self.cluster.url(EXPORTER_ROLE, self.database, FIRST) + "\n", encoding="utf-8")
        exporter = self.exporter(f"database: {{url_file: {url}, poll_interval: 1s}}\n", env={"DATABASE_URL": ""})
        insert(self.cluster.connect(database=self.database), [{}] * 3)
        self.wait_total(exporter, 3)
        self.cluster.query(f"ALTER ROLE {EXPORTER_ROLE} PASSWORD %s", (SECOND,))
        url.write_text("no url at all\n", encoding="utf-8")
        self.cluster.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (EXPORTER_ROLE,))
        wait_until(lambda: "cannot be read again" in exporter.log(), 30, "the file makes no sense")
        url.write_text(self.cluster.url(EXPORTER_ROLE, self.database, SECOND) + "\n", encoding="utf-8")
        insert(self.cluster.connect(database=self.database), [{}] * 4)
        self.wait_total(exporter, 7)
        self.assertIn("has changed in its file", exporter.log())
        for secret in (FIRST, SECOND):
            self.assertNotIn(secret, exporter.log() + exporter.page())


if __name__ == "__main__":
    unittest.main(verbosity=2)

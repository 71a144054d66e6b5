# SPDX-License-Identifier: Apache-2.0
"""What systemd gives the exporter and is told by it."""

import signal
import socket
import unittest

from harness import FAST, IntegrationCase, metric, patient, wait_until


class Systemd(IntegrationCase):
    def test_it_tells_systemd_how_it_is(self):
        """A datagram socket stands in for systemd; the words are those of its protocol."""
        path = self.directory / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(path))
            manager.settimeout(patient(30))
            exporter = self.exporter(FAST, start=False, env={"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "400000"})

            def next_word(word):
                while True:
                    lines = manager.recv(4096).decode().split("\n")
                    if word in lines:
                        return lines
            exporter.start()
            next_word("READY=1")
            next_word("WATCHDOG=1")
            next_word("WATCHDOG=1")
            exporter.get("/-/healthy")
            exporter.send_signal(1)
            self.assertTrue(any(line.startswith("MONOTONIC_USEC=") for line in next_word("RELOADING=1")))
            next_word("READY=1")
            self.assertEqual(exporter.stop(), 0)
            next_word("STOPPING=1")

    def test_credentials_of_the_unit(self):
        directory = self.directory / "credentials"
        directory.mkdir()
        (directory / "database_url").write_text(self.cluster.url("litellm_exporter", self.database), encoding="utf-8")
        (directory / "litellm_key").write_text("", encoding="utf-8")
        exporter = self.exporter(FAST, start=False, env={"CREDENTIALS_DIRECTORY": str(directory), "DATABASE_URL": ""})
        exporter.start()
        wait_until(lambda: metric(exporter, "litellm_exporter_database_up") == 1, 20, "the database answers")
        # One that is none is told with its name, and not quoted.
        (directory / "database_url").write_text("postgresql://a:secret@b@c/d", encoding="utf-8")
        refused = exporter.run("--config.check")
        self.assertEqual(refused.returncode, 1)
        self.assertIn(f"{directory}/database_url: ", refused.stderr)
        self.assertNotIn("secret", refused.stderr)
        # One that cannot be read is refused at a reload, and the old one stays in force.
        (directory / "litellm_key").unlink()
        (directory / "litellm_key").mkdir()
        exporter.send_signal(signal.SIGHUP)
        wait_until(lambda: "configuration refused" in exporter.log(), 20, "the refusal")
        self.assertEqual(metric(exporter, "litellm_exporter_config_last_reload_successful"), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)

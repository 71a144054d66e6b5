# SPDX-License-Identifier: Apache-2.0
"""Commands beside the exporter of a container: it is the first process there, and has flags that they are not given."""

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from harness import EXPORTER_ROLE, FAST, IntegrationCase, patient, wait_until
from demo.exporter import find_binary
from demo.ports import free_port
from demo.process import Process
from demo.web import request

SKIP_CODE = 125


class Container(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.place = self.directory / self._testMethodName
        (self.place / "state").mkdir(parents=True)
        self.port = free_port()
        self.env = {**os.environ, "DATABASE_URL": self.cluster.url(EXPORTER_ROLE, self.database)}

    def start(self, *init, flags=()):
        """The exporter in a process namespace of its own, behind an init if there is one."""
        self.process = Process.start(
            ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", *init, find_binary(),
             f"--web.listen-address=127.0.0.1:{self.port}", f"--storage.path={self.place}/state", *flags],
            self.place / "log", env=self.env)
        # unshare(1) waits for its child whatever signal it gets; both end with it.
        self.addCleanup(self.process.kill)

        def ready():
            self.process.check_alive()
            return request(f"http://127.0.0.1:{self.port}/-/ready")[0] == 200
        wait_until(ready, 60, "it is ready")

    def beside(self, *words):
        """As `docker exec` runs it: with the same environment."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return subprocess.run(["nsenter", "--target", children.split()[0], "--pid", "--mount", find_binary(), *words],
                              env=self.env, capture_output=True, text=True, timeout=patient(120), check=False)

    def ports(self, *words):
        """What the doctor says of addresses, after it has said that the state is in use."""
        done = self.beside("doctor", "--json", *words)
        checks = {check["subject"]: check["message"] for check in json.loads(done.stdout)["checks"]}
        self.assertEqual(checks["state"], f"{self.place}/state: in use by a running exporter")
        return checks

    def test_the_doctor_asks_at_the_address_that_it_really_has(self):
        config = self.place / "litellm-exporter.yml"
        config.write_text(FAST, encoding="utf-8")
        self.start(flags=[f"--config.file={config}"])
        checks = self.ports()
        self.assertEqual(checks["port"], f"127.0.0.1:{self.port}: the exporter is running there")
        self.assertEqual(checks["configuration"], f"{config}: valid")

    def test_a_flag_of_its_own_wins(self):
        self.start()
        other = free_port()
        self.assertEqual(self.ports(f"--web.listen-address=127.0.0.1:{other}")["port"], f"127.0.0.1:{other}: free")

    def test_an_init_before_it_is_no_obstacle(self):
        # What stands in for one passes nothing on, and stays.
        self.start("sh", "-c", '"$@" & wait', "--")
        self.assertEqual(self.ports()["port"], f"127.0.0.1:{self.port}: the exporter is running there")

    def test_the_health_check_needs_no_flag(self):
        self.start()
        done = self.beside("healthcheck")
        self.assertEqual((done.returncode, done.stdout), (0, f"http://127.0.0.1:{self.port}: answers 200: healthy\n"))

    def test_a_container_for_the_doctor_alone(self):
        """It is the first process itself, and has all of its flags."""
        done = subprocess.run(["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", find_binary(), "doctor", "--json",
                               f"--web.listen-address=127.0.0.1:{self.port}", f"--storage.path={self.place}/state"],
                              env=self.env, capture_output=True, text=True, timeout=patient(120), check=False)
        self.assertIn(f"127.0.0.1:{self.port}: free", done.stdout, done.stderr)


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("skip container: only root may make a process namespace")
        sys.exit(SKIP_CODE)
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""A real Alertmanager on loopback, run with the routes and templates that the compose stack mounts."""

import shutil
from pathlib import Path

from . import timelapse
from .configuration import COMPOSE, replaced
from .ports import free_port
from .process import Process, wait_until
from .web import request


class Alertmanager:
    """One server. What it sends to the roles goes to `receiver`, an address."""

    def __init__(self, directory, receiver, token="token", port=None, lapse=False):
        self.directory = Path(directory)
        self.port = port or free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self._process = None
        secrets = self.directory / "secrets"
        secrets.mkdir(parents=True, exist_ok=True)
        (secrets / "webhook_token").write_text(token, encoding="utf-8")
        text = replaced("alertmanager/alertmanager.yml",
                        {"alert-webhook:9095": receiver, "/run/secrets/": f"{secrets}/"})
        (self.directory / "alertmanager.yml").write_text(
            timelapse.routes(text) if lapse else text, encoding="utf-8")
        shutil.copytree(COMPOSE / "alertmanager" / "templates", self.directory / "templates", dirs_exist_ok=True)

    def start(self, deadline=30):
        program = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
        if not program:
            raise FileNotFoundError("no prometheus-alertmanager on PATH: is the package installed?")
        argv = [
            program,
            f"--config.file={self.directory / 'alertmanager.yml'}",
            f"--storage.path={self.directory / 'data'}",
            f"--web.listen-address={self.address}",
            "--cluster.listen-address=",
            "--log.level=warn",
        ]
        self._process = Process.start(argv, self.directory / "alertmanager.log", cwd=self.directory)
        wait_until(self.ready, deadline, f"Alertmanager on port {self.port} is ready")

    def ready(self):
        self._process.check_alive()
        return request(self.url + "/-/ready")[0] == 200

    def log(self):
        return self._process.log() if self._process else ""

    def stop(self):
        if self._process:
            self._process.stop()
            self._process = None

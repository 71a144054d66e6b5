# SPDX-License-Identifier: Apache-2.0
"""A real Alertmanager on loopback, run with the routes and templates that the compose stack mounts."""

import shutil

from . import timelapse
from .configuration import COMPOSE, replaced
from .server import Server, program


class Alertmanager(Server):
    """One server. What it sends to the roles goes to `receiver`, an address."""

    def __init__(self, directory, receiver, token="token", port=None, lapse=False):
        super().__init__("alertmanager", directory, port)
        secrets = self.directory / "secrets"
        secrets.mkdir(exist_ok=True)
        (secrets / "webhook_token").write_text(token, encoding="utf-8")
        text = replaced("alertmanager/alertmanager.yml",
                        {"alert-webhook:9095": receiver, "/run/secrets/": f"{secrets}/"})
        (self.directory / "alertmanager.yml").write_text(
            timelapse.routes(text) if lapse else text, encoding="utf-8")
        shutil.copytree(COMPOSE / "alertmanager" / "templates", self.directory / "templates", dirs_exist_ok=True)

    def argv(self):
        return [
            # As its project calls it, then as Debian does.
            program("alertmanager", "prometheus-alertmanager"),
            f"--config.file={self.directory / 'alertmanager.yml'}",
            f"--storage.path={self.directory / 'data'}",
            f"--web.listen-address={self.address}",
            "--cluster.listen-address=",
            "--log.level=warn",
        ]

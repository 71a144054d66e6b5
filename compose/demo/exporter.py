# SPDX-License-Identifier: Apache-2.0
"""The exporter's binary as a child process."""

import os
import subprocess
from pathlib import Path

from .process import patient
from .server import Server
from .web import request

_ROOT = Path(__file__).parents[2]


def find_binary():
    """$LITELLM_EXPORTER, else what a preset has built."""
    if path := os.environ.get("LITELLM_EXPORTER"):
        return Path(path)
    for preset in ("release", "dev"):
        path = _ROOT / "build" / preset / "exporter" / "litellm-exporter"
        if path.exists():
            return path
    raise FileNotFoundError("no build/*/exporter/litellm-exporter: run cmake --workflow --preset release")


class Exporter(Server):
    """One exporter. Configuration and state stay in its directory, so a restart resumes."""

    def __init__(self, directory, database_url, config="", port=None, flags=(), env=None):
        super().__init__("exporter", directory, port,
                         {**_clean_environment(), "DATABASE_URL": database_url, **(env or {})})
        self.config_file = self.directory / "litellm-exporter.yml"
        self.state = self.directory / "state"
        self._flags = list(flags)
        self.state.mkdir(exist_ok=True)
        self.config_file.write_text(config, encoding="utf-8")

    def start(self):
        """Returns at once: a test may want to see how it starts. See wait_ready()."""
        self.launch()

    def once(self, timeout=60):
        """The page that `litellm-exporter once` prints."""
        return self.run("once", timeout=timeout, check=True).stdout

    def run(self, *words, timeout=60, check=False):
        """Runs a command of the exporter with the same configuration; waits for its end."""
        return subprocess.run(self.argv(*words), env=self._env, capture_output=True, text=True,
                              timeout=patient(timeout), check=check)

    def argv(self, *words):
        return [
            str(find_binary()),
            *words,
            f"--web.listen-address={self.address}",
            f"--storage.path={self.state}",
            f"--config.file={self.config_file}",
            "--log.level=info",
            *self._flags,
        ]

    def get(self, path, method="GET", headers=None, timeout=30):
        return request(self.url + path, method, headers, timeout=timeout)

    def page(self):
        """The text of /metrics; bytes that are not UTF-8 raise."""
        status, _, body = self.get("/metrics")
        if status != 200:
            raise RuntimeError(f"/metrics answered {status}")
        return body.decode("utf-8")

    @property
    def pid(self):
        return self._process.pid

    def alive(self):
        return self._process is not None and self._process.alive()

    def send_signal(self, number):
        self._process.send_signal(number)

    def kill(self):
        return self._process.kill()


def _clean_environment():
    """Ours without what would configure an exporter behind the caller's back."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("DATABASE_URL", "LITELLM_", "PG"))}

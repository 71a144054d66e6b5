# SPDX-License-Identifier: Apache-2.0
"""The real blackbox exporter and the real node exporter on loopback."""

import shutil
from pathlib import Path

from .configuration import COMPOSE
from .ports import free_port
from .process import Process, wait_until
from .web import request


class _Server:
    def __init__(self, directory, program, flags, port=None):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self._program = program
        self._flags = flags
        self._process = None

    def start(self, deadline=30):
        program = shutil.which(self._program)
        if not program:
            raise FileNotFoundError(f"no {self._program} on PATH: is the package installed?")
        self._process = Process.start([program, f"--web.listen-address={self.address}", *self._flags],
                                      self.directory / f"{self._program}.log", cwd=self.directory)
        wait_until(self._answers, deadline, f"{self._program} on port {self.port} answers")

    def _answers(self):
        self._process.check_alive()
        return request(self.url + "/metrics")[0] == 200

    def stop(self):
        if self._process:
            self._process.stop()
            self._process = None


class BlackboxExporter(_Server):
    def __init__(self, directory, port=None):
        config = COMPOSE / "blackbox" / "blackbox.yml"
        super().__init__(directory, "prometheus-blackbox-exporter", [f"--config.file={config}"], port)


class NodeExporter(_Server):
    def __init__(self, directory, port=None):
        super().__init__(directory, "prometheus-node-exporter",
                         [f"--collector.textfile.directory={directory}"], port)

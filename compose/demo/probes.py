# SPDX-License-Identifier: Apache-2.0
"""The real blackbox exporter and the real node exporter on loopback."""

from .configuration import COMPOSE
from .server import Server, program


class BlackboxExporter(Server):
    READY = "/metrics"

    def __init__(self, directory, port=None):
        super().__init__("blackbox-exporter", directory, port)

    def argv(self):
        return [program("prometheus-blackbox-exporter"), f"--web.listen-address={self.address}",
                f"--config.file={COMPOSE / 'blackbox' / 'blackbox.yml'}"]


class NodeExporter(Server):
    READY = "/metrics"

    def __init__(self, directory, port=None):
        super().__init__("node-exporter", directory, port)

    def argv(self):
        return [program("prometheus-node-exporter"), f"--web.listen-address={self.address}",
                f"--collector.textfile.directory={self.directory}"]

# SPDX-License-Identifier: Apache-2.0
"""Prometheus and everything that it scrapes or speaks to beside the exporter, as one thing."""

import contextlib
from pathlib import Path

from .alertmanager import Alertmanager
from .probes import BlackboxExporter, NodeExporter
from .prometheus import Prometheus
from .webhook import WebhookReceiver


class Watchers:
    """Starts in order and stops the other way round. `ports` may name ports by program."""

    def __init__(self, directory, exporter, proxies=(), scrape_interval=None, lapse=False, ports=None):
        """`exporter` is its address; `proxies` are base URLs."""
        directory = Path(directory)
        ports = ports or {}
        self.receiver = WebhookReceiver()
        self.alertmanager = Alertmanager(directory / "alertmanager", self.receiver.address,
                                         port=ports.get("alertmanager"), lapse=lapse)
        self.blackbox = BlackboxExporter(directory / "blackbox", ports.get("blackbox"))
        self.node = NodeExporter(directory / "node", ports.get("node"))
        targets = {"litellm-exporter": [exporter], "node": [self.node.address]}
        if proxies:
            targets["litellm-proxy"] = list(proxies)
        self.prometheus = Prometheus(
            directory / "prometheus", targets, ports.get("prometheus"), scrape_interval,
            alertmanager=self.alertmanager.address, blackbox=self.blackbox.address, lapse=lapse)
        self._running = contextlib.ExitStack()

    def start(self):
        with contextlib.ExitStack() as starting:
            for part in (self.receiver, self.alertmanager, self.blackbox, self.node, self.prometheus):
                starting.callback(part.stop)
                part.start()
            self._running = starting.pop_all()

    def stop(self):
        self._running.close()

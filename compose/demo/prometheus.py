# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus on loopback, run with the configuration and rules that the compose stack mounts."""

import json
import os
import re
from urllib.parse import urlencode

from . import timelapse
from .configuration import COMPOSE, replaced
from .server import Server, program
from .web import request

RULES = COMPOSE.parent / "rules"


class Prometheus(Server):
    """One server, its data and copies of configuration and rules in a directory of its own."""

    def __init__(self, directory, targets, port=None, scrape_interval=None, alertmanager=None,
                 blackbox=None, lapse=False, runbooks=None):
        """`targets` are addresses by the name of their file below targets/, as "litellm-exporter";
        `scrape_interval`, in seconds, takes the place of the shipped one; `alertmanager` and
        `blackbox` are addresses; with `lapse` the rules run in a hurry (see timelapse); `runbooks` is
        what alerts link to, by default the runbooks of the first exporter."""
        exporter = next(iter(targets.get("litellm-exporter", ())), "127.0.0.1:19400")
        runbooks = f"http://{exporter}/runbooks" if runbooks is None else runbooks
        super().__init__("prometheus", directory, port, {**os.environ, "RUNBOOKS_URL": runbooks})
        addresses = {"prometheus:9090": self.address,
                     # Without one the default address of nobody, which is told apart by its port.
                     "alertmanager:9093": alertmanager or "127.0.0.1:1",
                     "blackbox-exporter:9115": blackbox or "127.0.0.1:1"}
        self._write_configuration(addresses, scrape_interval, timelapse.EVALUATION_INTERVAL if lapse else None)
        self._write_targets(targets)
        self._write_rules(lapse)
        # What was sent before Alertmanager was found is sent again.
        self._flags = ["--rules.alert.resend-delay=5s"] if lapse else []

    def argv(self):
        return [
            program("prometheus"),
            f"--config.file={self.directory / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.directory / 'data'}",
            f"--web.listen-address={self.address}",
            # A restart neither ends nor repeats an alert that waits for more than a minute; by default
            # that begins at ten.
            "--rules.alert.for-grace-period=1m",
            "--enable-feature=expand-external-labels",
            "--log.level=warn",
            *self._flags,
        ]

    def query(self, expression):
        """The result of an instant query as a list of (labels, value)."""
        status, _, body = request(f"{self.url}/api/v1/query?" + urlencode({"query": expression}))
        answer = json.loads(body)
        if status != 200 or answer["status"] != "success":
            raise RuntimeError(f"query {expression}: {answer.get('error', status)}")
        result = answer["data"]["result"]
        if answer["data"]["resultType"] == "scalar":
            return [({}, float(result[1]))]
        return [(series["metric"], float(series["value"][1])) for series in result]

    def value(self, expression, default=0.0):
        """The only value of a query; `default` when there is no series yet."""
        result = self.query(expression)
        if len(result) > 1:
            raise ValueError(f"query {expression}: {len(result)} series instead of one")
        return result[0][1] if result else default

    def firing(self):
        """The names of the alerts that fire, without the Watchdog."""
        return {labels["alertname"] for labels, _ in self.query('ALERTS{alertstate="firing"}')} - {"Watchdog"}

    def _write_configuration(self, addresses, scrape_interval, evaluation_interval):
        text = replaced("prometheus/prometheus.yml", addresses)
        if scrape_interval is not None:
            every = f"{scrape_interval}s"
            for setting, value in {"scrape_interval": every, "scrape_timeout": every,
                                   "evaluation_interval": evaluation_interval or every}.items():
                text = re.sub(rf"(?m)^  {setting}: .*$", f"  {setting}: {value}", text)
        (self.directory / "prometheus.yml").write_text(text, encoding="utf-8")

    def _write_targets(self, targets):
        (self.directory / "targets").mkdir(exist_ok=True)
        for name, addresses in targets.items():
            # JSON is YAML, and quotes whatever needs it.
            (self.directory / "targets" / f"{name}.yml").write_text(
                json.dumps([{"targets": list(addresses)}]) + "\n", encoding="utf-8")

    def _write_rules(self, lapse):
        for source in RULES.glob("*/*.yml"):
            copy = self.directory / "rules" / source.parent.name / source.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = source.read_text(encoding="utf-8")
            copy.write_text(timelapse.rules(text) if lapse else text, encoding="utf-8")

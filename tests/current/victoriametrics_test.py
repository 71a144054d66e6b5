# SPDX-License-Identifier: Apache-2.0
"""The rules as a current vmalert evaluates them, over what a current VictoriaMetrics has scraped of the exporter."""

import json
import sys
import unittest
from pathlib import Path
from urllib.parse import urlencode

import yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from harness import IntegrationCase, parse_page, wait_until  # noqa: E402
from rows import failure, insert  # noqa: E402
from demo.prometheus import RULES  # noqa: E402
from demo.server import Server, program  # noqa: E402
from demo.web import request  # noqa: E402

RUNBOOKS = "https://exporter.example.org/runbooks"


class VictoriaMetrics(Server):
    """Scrapes one target every two seconds, and keeps what vmalert records."""

    READY = "/health"

    def __init__(self, directory, target):
        super().__init__("victoria-metrics", directory)
        self._scrapes = self.directory / "scrapes.yml"
        job = {"job_name": "litellm-exporter", "static_configs": [{"targets": [target]}]}
        self._scrapes.write_text(yaml.safe_dump({"global": {"scrape_interval": "2s"}, "scrape_configs": [job]}),
                                 encoding="utf-8")

    def argv(self):
        return [program("victoria-metrics"), f"-promscrape.config={self._scrapes}", f"-httpListenAddr={self.address}",
                f"-storageDataPath={self.directory / 'data'}", "-loggerLevel=WARN",
                # By default an answer leaves out what came within the last half minute.
                "-search.latencyOffset=0s"]

    def query(self, expression):
        body = request(f"{self.url}/api/v1/query?" + urlencode({"query": expression, "nocache": 1}))[2]
        return [(series["metric"], float(series["value"][1])) for series in json.loads(body)["data"]["result"]]


class Vmalert(Server):
    """All rules, as they are shipped, with the address of the runbooks given as the guide says."""

    READY = "/health"

    def __init__(self, directory, engine):
        super().__init__("vmalert", directory)
        self._engine = engine

    def argv(self):
        return [program("vmalert"), f"-rule={RULES}/*/*.yml", f"-datasource.url={self._engine}",
                f"-remoteWrite.url={self._engine}", f"-remoteRead.url={self._engine}", "-notifier.blackhole",
                f"-httpListenAddr={self.address}", f"-external.label=runbooks={RUNBOOKS}", "-evaluationInterval=2s",
                "-loggerLevel=WARN"]

    def rules(self):
        groups = json.loads(request(self.url + "/api/v1/rules")[2])["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]


class Rules(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.page = self.exporter()
        self.engine = VictoriaMetrics(self.directory / "engine", self.page.address)
        self.alerts = Vmalert(self.directory / "vmalert", self.engine.url)
        for server in (self.engine, self.alerts):
            self.addCleanup(server.stop)
            server.start()

    def test_each_rule_is_evaluated(self):
        def recorded():
            insert(self.cluster.connect(database=self.database), [{}, {}, failure()], duration=0.9)
            return all(self.engine.query(name) for name in (
                "job:litellm_requests:rate5m > 0", "job:litellm_faults_per_request:ratio_rate5m > 0",
                "job:litellm_requests_slower_than_5s:ratio_rate15m",
                "job_model_provider:litellm_request_duration_seconds:p95_5m"))
        wait_until(recorded, 60, "the recorded series", interval=2)
        names = {name for name, _ in parse_page(self.page.page())}
        found = {labels["__name__"] for labels, _ in self.engine.query('count by (__name__) ({instance!=""})')}
        self.assertEqual(names - found, set())

        # Some groups come round once a minute.
        def evaluated():
            return all(not rule["lastEvaluation"].startswith("0001-") for rule in self.alerts.rules())
        wait_until(evaluated, 120, "an evaluation of each rule", interval=2)
        wanted = sum(len(group["rules"]) for path in RULES.glob("*/*.yml")
                     for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"])
        self.assertEqual(len(self.alerts.rules()), wanted)
        self.assertEqual([(rule["name"], rule["lastError"]) for rule in self.alerts.rules() if rule["health"] != "ok"], [])
        watchdog, = (alert for rule in self.alerts.rules() if rule["name"] == "Watchdog" for alert in rule["alerts"])
        self.assertEqual(watchdog["annotations"]["runbook_url"], f"{RUNBOOKS}/Watchdog")


if __name__ == "__main__":
    unittest.main(verbosity=2)

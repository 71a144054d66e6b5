# SPDX-License-Identifier: Apache-2.0
"""Two exporters, two Prometheus servers and what stores for long, set up as the operations guide says: whichever exporter
dies, pages neither stop nor repeat, and no rate jumps."""

import json
import os
import signal
import sys
import threading
import time
import unittest
from pathlib import Path
from urllib.parse import urlencode

import yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from harness import EXPORTER_ROLE, FAST, Exporter, IntegrationCase, metric, wait_until  # noqa: E402
from rows import insert  # noqa: E402
from demo.alertmanager import Alertmanager  # noqa: E402
from demo.ports import free_port  # noqa: E402
from demo.prometheus import Prometheus  # noqa: E402
from demo.server import Server, program  # noqa: E402
from demo.web import request  # noqa: E402
from demo.webhook import WebhookReceiver  # noqa: E402

FRAGMENT = Path(__file__).parents[2] / "compose" / "prometheus" / "high-availability.yml"
# Much against the few that come each second: a counter that fell and rose again would be a rate that nobody can miss.
BEFORE = 20_000
# Rows in a second that the writer can make at most.
FASTEST = 100


class Engine:
    """What answers PromQL over HTTP."""

    def __init__(self, url, **parameters):
        self.url = url
        self._parameters = parameters

    def value(self, expression):
        result = self._ask("query", query=expression)["result"]
        return float(result[0]["value"][1]) if result else 0.0

    def highest(self, expression, begin, end):
        """The highest value of the only series within the time, in steps of a second."""
        result = self._ask("query_range", query=expression, start=begin, end=end, step="1s")["result"]
        return max(float(value) for _, value in result[0]["values"])

    def _ask(self, kind, **parameters):
        status, _, body = request(f"{self.url}/api/v1/{kind}?" + urlencode({**parameters, **self._parameters}))
        if status != 200:
            raise RuntimeError(f"{kind}: {status} {body[:200]}")
        return json.loads(body)["data"]


class Edited(Prometheus):
    """The shipped configuration with the fragment, as a reader of the guide would have it."""

    def __init__(self, directory, name, targets, alertmanager, storage):
        super().__init__(directory, {"litellm-exporter": targets}, scrape_interval=1, alertmanager=alertmanager)
        file = self.directory / "prometheus.yml"
        config = yaml.safe_load(file.read_text(encoding="utf-8"))
        pieces = yaml.safe_load(FRAGMENT.read_text(encoding="utf-8"))
        config["global"]["external_labels"] |= {"cluster": "production", "replica": name}
        config["alerting"]["alert_relabel_configs"] = pieces["alert_relabel_configs"]
        for job in config["scrape_configs"]:
            if job["job_name"] == "litellm-exporter":
                job["metric_relabel_configs"] = pieces["metric_relabel_configs"]
        config["remote_write"] = [{"url": storage + "/api/v1/write", "queue_config": {"batch_send_deadline": "1s"},
                                   "write_relabel_configs": pieces["write_relabel_configs"]}]
        file.write_text(yaml.safe_dump(config), encoding="utf-8")
        # Blocks as a sidecar wants them.
        self._flags += ["--storage.tsdb.min-block-duration=2h", "--storage.tsdb.max-block-duration=2h"]


class VictoriaMetrics(Server):
    """Keeps one sample a second and series, whoever of the two servers sent it."""

    READY = "/health"

    def __init__(self, directory):
        super().__init__("victoria-metrics", directory)

    def argv(self):
        return [program("victoria-metrics"), f"-storageDataPath={self.directory / 'data'}", f"-httpListenAddr={self.address}",
                "-dedup.minScrapeInterval=1s", "-search.latencyOffset=0s", "-loggerLevel=ERROR"]


class Thanos(Server):
    """A part of Thanos, by its command and flags."""

    def __init__(self, directory, command, *flags):
        self.grpc = f"127.0.0.1:{free_port()}"
        self._words = [command, *flags]
        super().__init__(f"thanos-{command}", directory)

    def argv(self):
        return [os.environ["THANOS"], *self._words, f"--http-address={self.address}", f"--grpc-address={self.grpc}", "--log.level=warn"]


class Pages:
    """What one alert told the pager."""

    def __init__(self, receiver, name):
        self._receiver = receiver
        self._name = name

    def told(self, status):
        return [alert for _, alert in self._receiver.alerts(status) if alert["labels"]["alertname"] == self._name]


class Pair(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.home = self.directory / self._testMethodName
        self.home.mkdir()
        self.exporters = {name: Exporter(self.home / f"exporter-{name}", self.cluster.url(EXPORTER_ROLE, self.database),
                                         env={"LITELLM_EXPORTER_CLUSTER_SECRET": "s"}) for name in ("a", "b")}
        peers = ", ".join(exporter.url for exporter in self.exporters.values())
        for exporter in self.exporters.values():
            exporter.config_file.write_text(f"{FAST}\ncluster: {{peers: [{peers}]}}\n", encoding="utf-8")
            self.start(exporter)
        for exporter in self.exporters.values():
            exporter.wait_ready()

    def start(self, server):
        self.addCleanup(server.stop)
        server.start()
        return server

    def active(self):
        def find():
            return next((name for name, exporter in self.exporters.items()
                         if exporter.alive() and metric(exporter, "litellm_requests_total") > 0), None)
        return wait_until(find, 90, "an exporter counts")

    def engines(self, alertmanager):
        """Every way to ask: each Prometheus, VictoriaMetrics, and Thanos where it is installed."""
        storage = self.start(VictoriaMetrics(self.home / "victoria-metrics"))
        targets = [exporter.address for exporter in self.exporters.values()]
        servers = {name: self.start(Edited(self.home / f"prometheus-{name}", name, targets, alertmanager, storage.url))
                   for name in ("a", "b")}
        engines = {f"prometheus {name}": Engine(server.url) for name, server in servers.items()}
        engines["victoria-metrics"] = Engine(storage.url, nocache="1")
        if "THANOS" in os.environ:
            sidecars = [self.start(Thanos(self.home / f"sidecar-{name}", "sidecar", f"--prometheus.url={server.url}",
                                          f"--tsdb.path={server.directory / 'data'}")) for name, server in servers.items()]
            query = self.start(Thanos(self.home / "thanos", "query", "--query.replica-label=replica",
                                      *(f"--endpoint={sidecar.grpc}" for sidecar in sidecars)))
            engines["thanos"] = Engine(query.url, dedup="true")
        return engines

    def write(self, stop, count):
        connection = self.cluster.connect(database=self.database)
        while not stop.wait(0.2):
            insert(connection, [{}] * 2, age=0.5)
            count.append(2)

    def test_whichever_exporter_ends(self):
        receiver = WebhookReceiver()
        receiver.start()
        self.addCleanup(receiver.stop)
        # In a hurry to tell: what is over for a moment is told as over.
        alertmanager = self.start(Alertmanager(self.home / "alertmanager", receiver.address, lapse=True))
        wait_until(lambda: sum(metric(one, "litellm_exporter_baselines_total") for one in self.exporters.values()), 60, "a baseline")
        connection = self.cluster.connect(database=self.database)
        for _ in range(BEFORE // 1000):
            insert(connection, [{}] * 1000)
        self.sql("INSERT INTO \"LiteLLM_TeamTable\" (team_id, team_alias, spend, max_budget) VALUES ('t', 'crew', 11, 10)")
        engines = self.engines(alertmanager.address)
        budget = Pages(receiver, "LiteLLMBudgetExhausted")
        stop, written = threading.Event(), [BEFORE]
        writer = threading.Thread(target=self.write, args=(stop, written), daemon=True)
        writer.start()
        self.addCleanup(stop.set)
        begin = wait_until(lambda: all(engine.value("sum(litellm_requests_total)") > BEFORE for engine in engines.values())
                           and time.time(), 120, "all engines have the counters")
        wait_until(lambda: budget.told("firing"), 300, "the budget pages")
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
            name = self.active()
            exporter = self.exporters[name]
            exporter.send_signal(number)
            if number == signal.SIGSTOP:
                # Long enough for everybody to give it up.
                time.sleep(50)
                exporter.send_signal(signal.SIGCONT)
            else:
                wait_until(lambda exporter=exporter: not exporter.alive(), 60, "it has ended")
                self.assertNotEqual(self.active(), name)
                time.sleep(10)
                exporter.start()
                exporter.wait_ready()
        stop.set()
        writer.join()
        for name, engine in engines.items():
            with self.subTest(name):
                wait_until(lambda engine=engine: engine.value("sum(litellm_requests_total)") == sum(written), 90, "all are counted, once")
                end = time.time()
                self.assertEqual(engine.value("sum(resets(litellm_requests_total[1h]))"), 0)
                # How each of the two is doing keeps its own name, by which rules join it.
                self.assertEqual(engine.value("count(litellm_exporter_database_up)"), 2)
                self.assertEqual(engine.value("count(litellm_exporter_state_saved_timestamp_seconds"
                                              " and on (instance) litellm_exporter_database_up)"), 1)
                self.assertLess(engine.highest("sum(rate(litellm_requests_total[1m]))", begin + 60, end), FASTEST)
                self.assertEqual(engine.highest("count(litellm_requests_total{status='success'})", begin, end), 1)
        self.assertEqual(budget.told("resolved"), [])
        self.assertEqual(len({alert["fingerprint"] for alert in budget.told("firing")}), 1)
        self.assertNotIn("replica", budget.told("firing")[0]["labels"])
        # It was still there at the end, and nobody paged for the exporters.
        alerts = json.loads(request(f"{alertmanager.url}/api/v2/alerts?active=true")[2])
        self.assertIn("LiteLLMBudgetExhausted", {alert["labels"]["alertname"] for alert in alerts})
        for name in ("LiteLLMExporterDown", "LiteLLMExporterNoneActive", "LiteLLMExporterTwoActive"):
            self.assertEqual(Pages(receiver, name).told("firing"), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)

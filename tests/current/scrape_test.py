# SPDX-License-Identifier: Apache-2.0
"""The page as a current Prometheus asks for it: the protocols, names and kinds of histograms that a job may want.

The exporter speaks the text format 0.0.4 alone. Whatever is asked for must end there, with every series of the page.
"""

import json
import sys
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from harness import IntegrationCase, parse_page, wait_until  # noqa: E402
from rows import failure, insert  # noqa: E402
from demo.prometheus import Prometheus  # noqa: E402
from demo.web import request  # noqa: E402

CUSTOM = "custom-buckets"
PROTOBUF = "application/vnd.google.protobuf;"
OPENMETRICS = "application/openmetrics-text;version=1.0.0;escaping="
# What a job may set, and how the header begins with which it then asks.
WAYS = {
    "as-it-comes": ({}, f"{OPENMETRICS}allow-utf-8;"),
    "native": ({"scrape_native_histograms": True}, PROTOBUF),
    CUSTOM: ({"convert_classic_histograms_to_nhcb": True, "always_scrape_classic_histograms": True}, OPENMETRICS),
    "protobuf": ({"scrape_protocols": ["PrometheusProto"]}, PROTOBUF),
    "openmetrics": ({"scrape_protocols": ["OpenMetricsText1.0.0"]}, OPENMETRICS),
    "old-names": ({"metric_name_validation_scheme": "legacy", "metric_name_escaping_scheme": "underscores"},
                  f"{OPENMETRICS}underscores;"),
}


class Relay:
    """Stands between Prometheus and the exporter, and remembers what was asked and answered last."""

    def __init__(self, exporter):
        self.asked, self.answered = {}, {}
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked = dict(self.headers)
                status, answered, body = request(exporter.url + self.path, headers=asked)
                relay.asked, relay.answered = asked, answered
                self.send_response(status)
                for name in ("Content-Type", "Content-Encoding", "Content-Length"):
                    self.send_header(name, answered[name])
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


class Scrape(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.page = self.exporter()
        self.relays = {}
        for way in WAYS:
            self.relays[way] = Relay(self.page)
            self.addCleanup(self.relays[way].stop)
        self.server = Prometheus(self.directory / f"prometheus-{self._testMethodName}", {}, scrape_interval=2)
        file = self.server.directory / "prometheus.yml"
        config = yaml.safe_load(file.read_text(encoding="utf-8"))
        config["scrape_configs"] = [{"job_name": way, **settings, "static_configs": [{"targets": [self.relays[way].address]}]}
                                    for way, (settings, _) in WAYS.items()]
        file.write_text(yaml.safe_dump(config), encoding="utf-8")
        self.addCleanup(self.server.stop)
        self.server.start()
        wait_until(lambda: self.server.value("count(up == 1)") == len(WAYS), 60, "a scrape of each job")

    def serve_requests(self):
        insert(self.cluster.connect(database=self.database), [{}, {}, failure()], duration=0.9)

    def test_each_way_brings_the_whole_page(self):
        self.serve_requests()
        self.wait_total(self.page, 3)
        page = parse_page(self.page.page())
        names = {name for name, _ in page}
        for way, (_, accept) in WAYS.items():
            with self.subTest(way):
                relay = self.relays[way]
                self.assertEqual(relay.asked["Accept"][:len(accept)], accept)
                self.assertEqual((relay.answered["Content-Type"], relay.answered["Content-Encoding"]),
                                 ("text/plain; version=0.0.4; charset=utf-8", "gzip"))
                wait_until(lambda: self.server.value(f'sum(litellm_requests_total{{job="{way}"}})') == 3, 60, "the requests")
                got = self.server.query(f'count by (__name__) ({{job="{way}", instance="{relay.address}"}})')
                self.assertEqual(names - {labels["__name__"] for labels, _ in got}, set())
                if way != CUSTOM:
                    self.assertEqual(self.server.value(f'scrape_samples_scraped{{job="{way}"}}'), len(page))
        self.assertNotIn("scrape_pool=", self.server.log())

    def test_rules_read_the_same_whichever_way_it_came(self):
        """Also where Prometheus makes histograms of its own kind, under the name of a recorded series."""
        quantile = "job_model_provider:litellm_request_duration_seconds:p95_5m"
        recorded = (quantile, "job:litellm_requests_slower_than_5s:ratio_rate15m", "job:litellm_requests:rate5m")

        def all_are_there():
            self.serve_requests()
            return all(self.server.value(f"count(count by (job) ({name}))") == len(WAYS) for name in recorded)
        wait_until(all_are_there, 60, "the recorded series of each job", interval=2)
        self.assertEqual(self.server.value(f'count(litellm_request_duration_seconds{{job="{CUSTOM}", le=""}})'), 2)
        self.assertEqual(self.server.query(f'{quantile}{{instance!=""}}'), [])
        groups = json.loads(request(f"{self.server.url}/api/v1/rules")[2])["data"]["groups"]
        self.assertEqual([rule["name"] for group in groups for rule in group["rules"] if rule["health"] == "err"], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""The fragment for long-term storage, with real Prometheus servers.

A second Prometheus that takes remote writes stands in for the engine: it speaks the same protocol.
"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from harness import IntegrationCase, metric, patient, wait_until  # noqa: E402
from rows import insert  # noqa: E402
from demo.prometheus import Prometheus  # noqa: E402

FOLDER = Path(__file__).parents[2] / "compose" / "prometheus"


def fragment(name):
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


class Edited(Prometheus):
    """The shipped configuration, changed as a reader of the guide would."""

    def edit(self, change, flags=()):
        file = self.directory / "prometheus.yml"
        config = yaml.safe_load(file.read_text(encoding="utf-8"))
        change(config)
        file.write_text(yaml.safe_dump(config), encoding="utf-8")
        self._flags += flags


class RemoteWrite(IntegrationCase):
    def prometheus(self, name, targets, change=lambda config: None, flags=(), **options):
        server = Edited(self.directory / f"{self._testMethodName}-{name}", targets, scrape_interval=1, **options)
        server.edit(change, list(flags))
        self.addCleanup(server.stop)
        server.start()
        return server

    def test_the_fragment_sends_what_the_dashboards_read(self):
        engine = self.prometheus("engine", {}, flags=["--web.enable-remote-write-receiver"])

        def change(config):
            config["global"]["external_labels"].update(cluster="production", replica="a", dashboards="https://g.example.org")
            config.update(fragment("remote-write.yml"))
            config["remote_write"][0]["url"] = engine.url + "/api/v1/write"
        exporter = self.exporter()
        self.prometheus("sender", {"litellm-exporter": [exporter.address]}, change)
        # Ready is also who has tried once and failed; what was there at the first success is history.
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="spend_log") == 1, 60, "a baseline")
        insert(self.cluster.connect(database=self.database), [{}] * 5)
        selector = '{cluster="production", replica="a"}'
        wait_until(lambda: engine.value("sum(litellm_requests_total%s)" % selector) == 5, 60, "5 requests in the engine")
        wait_until(lambda: engine.query("job:litellm_requests:rate5m" + selector), 60, "recorded series in the engine")
        self.assertEqual(engine.query("prometheus_build_info" + selector), [], "what others write stays")
        self.assertEqual(engine.query('count({runbooks!=""}) or count({dashboards!=""})'), [])

    def test_the_fragment_is_appended_as_it_is(self):
        """And with a token, when its comment is taken off."""
        text = (FOLDER / "remote-write.yml").read_text(encoding="utf-8")
        secured = text.replace("    # authorization:", "    authorization:").replace("    #   credentials_file", "      credentials_file")
        self.assertIn("credentials_file", yaml.safe_load(secured)["remote_write"][0]["authorization"])
        for shipped in (text, secured.replace("/run/secrets/remote_write_token", __file__)):
            with tempfile.TemporaryDirectory() as directory:
                config = Path(directory) / "prometheus.yml"
                config.write_text((FOLDER / "prometheus.yml").read_text(encoding="utf-8") + shipped, encoding="utf-8")
                # With every file that it names, but the rules: those are elsewhere.
                done = subprocess.run(["promtool", "check", "config", str(config)], capture_output=True, text=True,
                                      timeout=patient(60), check=False)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)

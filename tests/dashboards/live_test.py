# SPDX-License-Identifier: Apache-2.0
"""Every expression of every panel against a real Prometheus that scraped the real exporter.

Once with traffic, where each must return data, and once on a fresh install, where no panel may be
empty. The proxy is a fake of LiteLLM's health endpoints.
"""

import json
import re
import sys
import unittest
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from dashboards import expressions, filled, load, panels, variables  # noqa: E402
from harness import IntegrationCase, wait_until  # noqa: E402
from demo.fake_litellm import KEY, FakeLitellm  # noqa: E402
from demo.traffic import Traffic  # noqa: E402
from demo.watchers import Watchers  # noqa: E402
from demo.web import request  # noqa: E402

DASHBOARDS = load()
CONFIG = """
database: {poll_interval: 1s, statement_timeout: 5s}
entities: {poll_interval: 1s}
litellm: {poll_interval: 1s}
collectors: {audit: {poll_interval: 2s}, spend_log_table: {poll_interval: 2s}}
objectives: {availability_ratio: 0.99, latency_seconds: {default: 20}, daily_spend_usd: 100}
"""
DEADLINE = 60
# What no traffic makes: a key with a limit and a past, a deployment's health, a row of yesterday.
EXTRAS = """
    INSERT INTO "LiteLLM_HealthCheckTable" (health_check_id, model_name, model_id, status, checked_at, updated_at)
    VALUES ('h1', 'gpt-4o-mini', 'deployment-1', 'healthy', now(), now()),
           ('h2', 'o4-mini', 'deployment-2', 'unhealthy', now(), now());
    INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, max_budget, soft_budget, spend) VALUES ('poor', 'poor', 10, 5, 12);
    INSERT INTO "LiteLLM_VerificationToken" (token, key_name, key_alias, blocked, expires)
    VALUES ('blocked', 'sk-...1', 'blocked', true, now() + interval '3 days'),
           ('expired', 'sk-...2', 'expired', false, now() - interval '3 days');
    UPDATE "LiteLLM_VerificationToken" SET rpm_limit = 600, tpm_limit = 100000, last_active = now(),
        auto_rotate = true, key_rotation_at = now() + interval '9 days', expires = now() + interval '5 days'
        WHERE token NOT IN ('blocked', 'expired');
"""
# What is empty while all is well, but for the fallback.
TROUBLES = {"Failed polls", "Folded into other", "Longer than the context window"}


def without_fallback(expression):
    """What stands before the zero or the "none yet" of a fresh install, which would hide a mistake."""
    return re.sub(r'or on \(\)\s+(?:vector\(0\)|label_replace\(vector\(0\), "\w+", "[^"]*", "", ""\))', "", expression)


class WithWatchers(IntegrationCase):
    def watch(self, proxy=None):
        env = {"LITELLM_BASE_URL": proxy.url, "LITELLM_MASTER_KEY": KEY} if proxy else {}
        exporter = self.exporter(CONFIG, env=env)
        watchers = Watchers(self.directory / f"watchers-{self._testMethodName}", exporter.address,
                            [proxy.url] if proxy else [], scrape_interval=1)
        self.addCleanup(watchers.stop)
        watchers.start()
        return watchers.prometheus

    def wait_none(self, check, what):
        """Until check() returns nothing; what it returned last is told if time is up."""
        last = []

        def done():
            last[:] = check()
            return not last
        try:
            wait_until(done, DEADLINE, what, interval=2)
        except TimeoutError:
            self.fail(f"{what}:\n" + "\n".join(map(str, last)))


class Traffics(WithWatchers):
    def test_every_expression_returns_data(self):
        proxy = FakeLitellm()
        proxy.start()
        self.addCleanup(proxy.stop)
        traffic = Traffic(self.cluster.url(database=self.database), rate=40)
        self.addCleanup(traffic.stop)
        prometheus = self.watch(proxy)
        traffic.start()
        self.sql(EXTRAS)
        pending = {(name, title, without_fallback(expression)) for name, document in DASHBOARDS.items()
                   for title, expression in expressions(document) if title not in TROUBLES}
        self.assertGreater(len(pending), 120)

        def empty():
            for case in sorted(pending):
                if self.has_data(prometheus, case[2]):
                    pending.discard(case)
            return sorted(pending)
        self.wait_none(empty, "expressions without data")
        self.the_variables_have_values(prometheus)

    def has_data(self, prometheus, expression):
        return any(value == value for _, value in prometheus.query(expression))

    def the_variables_have_values(self, prometheus):
        for document in DASHBOARDS.values():
            for variable in variables(document)[1:]:
                selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["definition"]).groups()
                url = (f"{prometheus.url}/api/v1/label/{label}/values?"
                       + urlencode({"match[]": filled(selector, document)}))
                self.assertTrue(json.loads(request(url)[2])["data"], variable["definition"])

    def test_annotations_parse(self):
        prometheus = self.watch()
        for document in DASHBOARDS.values():
            for annotation in document["annotations"]["list"]:
                prometheus.query(filled(annotation["expr"], document))


class FreshInstall(WithWatchers):
    def test_no_panel_is_empty(self):
        prometheus = self.watch()

        def empty():
            return [f"{name}: {panel['title']}" for name, document in DASHBOARDS.items() for panel in panels(document)
                    if not any(prometheus.query(filled(target["expr"], document)) for target in panel["targets"])]
        self.wait_none(empty, "empty panels")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

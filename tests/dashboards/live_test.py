# SPDX-License-Identifier: Apache-2.0
"""Every expression of every panel against a real Prometheus that scraped the real exporter.

Once with traffic, where each must return data, and once on a fresh install, which must say what it
does not know, and then fails and ends. The proxy is a fake of LiteLLM's health endpoints.
"""

import contextlib
import json
import re
import subprocess
import sys
import time
import unittest
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from dashboards import FOLDER, expressions, filled, load, panels, variables  # noqa: E402
from harness import IntegrationCase, patient, wait_until  # noqa: E402
from demo.fake_litellm import KEY, FakeLitellm  # noqa: E402
from demo.traffic import Traffic  # noqa: E402
from demo.watchers import Watchers  # noqa: E402
from demo.database import connect  # noqa: E402
from demo.web import request  # noqa: E402
from rows import failure, insert  # noqa: E402

DASHBOARDS = load()
CONFIG = """
database: {poll_interval: 1s, statement_timeout: 5s}
entities: {poll_interval: 1s}
litellm: {poll_interval: 1s}
collectors: {audit: {poll_interval: 2s}, spend: {poll_interval: 2s}, spend_log_table: {poll_interval: 2s}}
objectives: {availability_ratio: 0.99, latency_seconds: {default: 20}, daily_spend_usd: 100}
dimensions: [spend_logs_metadata.customer]
"""
DEADLINE = 60
# What no traffic makes: a key with a limit and a past, a deployment's health, a row of yesterday.
EXTRAS = """
    INSERT INTO "LiteLLM_HealthCheckTable" (health_check_id, model_name, model_id, status, checked_at, updated_at)
    VALUES ('h1', 'gpt-4o-mini', 'deployment-1', 'healthy', now(), now()),
           ('h2', 'o4-mini', 'deployment-2', 'unhealthy', now(), now());
    INSERT INTO "LiteLLM_MCPServerTable" (server_id, approval_status) VALUES ('m1', 'active'), ('m2', 'pending_review');
    INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, max_budget, soft_budget, spend) VALUES ('poor', 'poor', 10, 5, 12);
    INSERT INTO "LiteLLM_VerificationToken" (token, key_name, key_alias, blocked, expires)
    VALUES (encode(sha256('blocked'), 'hex'), 'sk-...1', 'blocked', true, now() + interval '3 days'),
           (encode(sha256('expired'), 'hex'), 'sk-...2', 'expired', false, now() - interval '3 days');
    UPDATE "LiteLLM_VerificationToken" SET rpm_limit = 600, tpm_limit = 100000, last_active = now(),
        auto_rotate = true, key_rotation_at = now() + interval '9 days', expires = now() + interval '5 days'
        WHERE key_alias NOT IN ('blocked', 'expired');
"""
# What is empty while all is well, but for the fallback.
TROUBLES = {"Failed polls", "Folded into other", "Context window exceeded"}
# What is asked for whole hours, of which a test has none.
HOURLY = {"Error budget left"}
# What only a LiteLLM has that writes no spend log.
SUMS = "litellm_response_time_seconds_total"


DAY = 86400


def without_fallback(expression):
    """What stands before the zero or the "none" of a fresh install, which would hide a mistake."""
    return re.sub(r' or (?:on \(\) )?(?:label_replace\()?0 \* min\(litellm_exporter_database_up\{[^}]*\}(?: == 1)?\)(?: - 1)?'
                  r'(?:, "\w+", "[^"]*", "", ""\))?(?: unless on \(\) group\(last_over_time\([^[]*\[1h\] @ end\(\)\)\))?', "", expression)


def top_ten(expression, label):
    """The piece of PromQL that the panels of the ten greatest are made of."""
    library = FOLDER / "source" / "lib" / "query.libsonnet"
    script = f"(import {json.dumps(str(library))}).topTen({json.dumps(expression)}, {json.dumps(label)})"
    return subprocess.run(["jsonnet", "-S", "-e", script], check=True, capture_output=True, text=True, timeout=patient(60)).stdout


def models(values):
    """An expression for a vector with a model for each name."""
    return "(" + " or ".join(f'label_replace(vector({value}), "model", "{name}", "", "")' for name, value in values.items()) + ")"


class WithWatchers(IntegrationCase):
    def watch(self, proxy=None, targets=None):
        """Prometheus with a new exporter, self.watched, and more targets: the content of files by their name."""
        env = {"LITELLM_BASE_URL": proxy.url, "LITELLM_MASTER_KEY": KEY} if proxy else {}
        self.watched = self.exporter(CONFIG, env=env)
        watchers = Watchers(self.directory / f"watchers-{self._testMethodName}", self.watched.address,
                            [proxy.url] if proxy else [], scrape_interval=1)
        self.addCleanup(watchers.stop)
        for name, content in (targets or {}).items():
            (watchers.prometheus.directory / "targets" / f"{name}.yml").write_text(
                json.dumps(content).replace("EXPORTER", self.watched.address) + "\n", encoding="utf-8")
        watchers.start()
        return watchers.prometheus

    def value(self, prometheus, title):
        """What a card of the overview says; None without data."""
        return prometheus.value(self.first_expression("litellm-overview", title), default=None)

    def first_expression(self, name, title):
        panel, = (panel for panel in panels(DASHBOARDS[name]) if panel["title"] == title)
        return filled(panel["targets"][0]["expr"], DASHBOARDS[name])

    def wait_none(self, check, what):
        """Until check() returns nothing; what it returned last is told if time is up."""
        last = []

        def done():
            last[:] = check()
            return not last
        try:
            wait_until(done, DEADLINE, what, interval=1)
        except TimeoutError:
            self.fail(f"{what}:\n" + "\n".join(map(str, last)))

    def wait_equal(self, ask, expected):
        def differs():
            said = ask()
            return [] if said == expected else [said]
        self.wait_none(differs, str(expected))


class Traffics(WithWatchers):
    def test_every_expression_returns_data(self):
        proxy = FakeLitellm()
        proxy.start()
        self.addCleanup(proxy.stop)
        traffic = Traffic(self.cluster.url(database=self.database), rate=40)
        self.addCleanup(traffic.stop)
        # The same exporter once more, as that of another cluster.
        prometheus = self.watch(proxy, {"litellm-exporter-west": [{"targets": ["EXPORTER"], "labels": {"cluster": "west"}}]})
        first = int(time.time()) // DAY * DAY
        traffic.start()
        self.sql(EXTRAS)
        pending = {(name, title, without_fallback(expression)) for name, document in DASHBOARDS.items()
                   for title, expression in expressions(document)
                   # Days are asked at their begin, see below.
                   if title not in TROUBLES | HOURLY and SUMS not in expression and "offset -1d" not in expression}
        self.assertGreater(len(pending), 120)

        def empty():
            for case in sorted(pending):
                if self.has_data(prometheus, case[2]):
                    pending.discard(case)
            return sorted(pending)
        self.wait_none(empty, "expressions without data")
        self.the_variables_have_values(prometheus)
        self.the_days_include_today(prometheus, first)
        self.the_greatest_ten_and_the_others_are_all(prometheus)
        self.two_clusters_spend_twice(prometheus)
        proxy.mode = "not_ready"
        self.wait_state(prometheus, {"LiteLLM": 1, "Ready": 0, "Database": 0}, {proxy.url: 1})
        proxy.stop()
        self.wait_state(prometheus, {"LiteLLM": 0, "Ready": 0}, {proxy.url: 0})

    def wait_state(self, prometheus, cards, proxies):
        self.wait_equal(lambda: (
            {title: self.value(prometheus, title) for title in cards},
            {labels["proxy"]: value for labels, value in prometheus.query(self.first_expression("litellm-overview", "Proxy health"))},
        ), (cards, proxies))

    def has_data(self, prometheus, expression):
        return any(value == value for _, value in prometheus.query(expression))

    def the_variables_have_values(self, prometheus):
        for document in DASHBOARDS.values():
            for variable in variables(document)[1:]:
                self.wait_none(lambda: [] if self.values_of(prometheus, document, variable) else ["none"],  # noqa: B023
                               variable["definition"])

    def values_of(self, prometheus, document, variable):
        if labels := re.fullmatch(r"label_values\((.*), (\w+)\)", variable["definition"]):
            url = (f"{prometheus.url}/api/v1/label/{labels[2]}/values?"
                   + urlencode({"match[]": filled(labels[1], document)}))
            return json.loads(request(url)[2])["data"]
        expression = re.fullmatch(r"query_result\((.*)\)", variable["definition"])[1]
        # As Grafana writes a series, and as it takes value and text from it.
        pattern = re.compile(variable["regex"].strip("/").replace("(?<", "(?P<"))
        series = ["{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "} 1 0"
                  for labels, _ in prometheus.query(filled(expression, document))]
        found = [pattern.search(text).groupdict() for text in series]
        # They are aliases.
        return found if any(entry["text"] != entry["value"] for entry in found) else []

    def the_days_include_today(self, prometheus, first):
        """Every day since the `first` has its value, and no other."""
        for document in DASHBOARDS.values():
            for panel in panels(document):
                for target in panel["targets"]:
                    if target.get("interval") != "1d":
                        continue
                    self.wait_none(lambda: self.days_amiss(prometheus, filled(target["expr"], document), first),  # noqa: B023
                                   panel["title"])

    def days_amiss(self, prometheus, expression, first):
        today = int(time.time()) // DAY * DAY
        # As Grafana asks: both ends are whole steps.
        _, _, body = request(f"{prometheus.url}/api/v1/query_range?" + urlencode({
            "query": expression, "start": today - 7 * DAY, "end": today, "step": DAY}))
        days = {int(at) for series in json.loads(body)["data"]["result"] for at, value in series["values"] if float(value) > 0}
        return sorted(days ^ set(range(first, today + DAY, DAY)))

    def two_clusters_spend_twice(self, prometheus):
        share = f'({self.first_expression("litellm-cost", "Spend today")}) / max(litellm_spend_day_usd{{scope="global"}})'
        # The two scrapes may see different pages, but not always.
        self.wait_none(lambda: [] if abs(prometheus.value(share) - 2) < 1e-6 else [share], "spend of two clusters")

    def the_greatest_ten_and_the_others_are_all(self, prometheus):
        def shown(values):
            return {labels["model"]: value for labels, value in prometheus.query(top_ten(models(values), "model"))}
        many = {f"m{number:02}": number for number in range(1, 13)}
        greatest = {name: value for name, value in many.items() if value > 2}
        self.assertEqual(shown(many), {**greatest, "other": 3})
        self.assertEqual(shown({**many, "other": 1000}), {**greatest, "other": 1003})
        self.assertEqual(shown({"other": 5}), {"other": 5})
        rounded = {"a": 0.1, "b": 0.2, "c": 0.3, "d": 1e6}
        self.assertEqual(shown(rounded), rounded)


class FreshInstall(WithWatchers):
    def test_it_says_what_it_knows_and_then_fails_and_ends(self):
        # Without this host: its troubles are none of ours.
        prometheus = self.watch(targets={"redis": [{"targets": ["127.0.0.1:1"]}], "node": []})

        def empty():
            return [f"{name}: {panel['title']}" for name, document in DASHBOARDS.items() for panel in panels(document)
                    if self.must_have_data(panel)
                    and not any(prometheus.query(filled(target["expr"], document)) for target in panel["targets"])]
        self.wait_none(empty, "empty panels")
        self.wait_none(lambda: [title for title in ("Critical alerts", "Availability, 30 days") if self.value(prometheus, title) is None],
                       "cards without recordings")
        self.wait_equal(lambda: self.first_rows(prometheus), {
            "LiteLLM": -1, "Ready": -1, "Fault rate": -1, "Worst provider": 0, "Database": 1, "Failing models": -1,
            "Exporter": 1, "Critical alerts": 0})
        self.wait_equal(lambda: self.value(prometheus, "Availability, 30 days"), 1)
        # Prometheus finds its targets job by job.
        self.wait_equal(lambda: prometheus.value('up{job="redis"}', default=None), 0)
        for document in DASHBOARDS.values():
            for annotation in document["annotations"]["list"]:
                prometheus.query(filled(annotation["expr"], document))
        self.all_requests_fail_without_a_provider(prometheus)
        self.the_exporter_ends(prometheus)

    @staticmethod
    def must_have_data(panel):
        """Panels with a text for no data may be empty, but for the cards of a state."""
        return "noValue" not in panel["fieldConfig"]["defaults"] or panel["options"].get("colorMode") == "background_solid"

    def all_requests_fail_without_a_provider(self, prometheus):
        def write():
            # The first rows make the series that the next ones raise.
            with contextlib.closing(connect(self.cluster.url(database=self.database))) as connection, connection:
                insert(connection, [failure("APIConnectionError", "500", custom_llm_provider="")] * 15)
            said = {title: self.value(prometheus, title) for title in ("LiteLLM", "Fault rate")}
            # Recorded at different moments, the rates of which the month is made differ at its begin.
            available = self.value(prometheus, "Availability, 30 days")
            return [] if said == {"LiteLLM": 2, "Fault rate": 1} and available < 0.5 else [said, available]
        self.wait_none(write, "cards while all requests fail")
        lines, = (panel for panel in panels(DASHBOARDS["litellm-overview"]) if panel["title"] == "Component status over time")
        self.wait_equal(
            lambda: {target["legendFormat"]: prometheus.value(filled(target["expr"], DASHBOARDS["litellm-overview"]), default=None)
                     for target in lines["targets"]},
            {"LiteLLM": 2, "Requests": 2, "Providers": 1, "Database": 1, "Exporter": 1})

    def the_exporter_ends(self, prometheus):
        self.watched.stop()
        # What is firing goes on, and the exporter's own page comes.
        self.wait_equal(lambda: {**self.first_rows(prometheus), "Critical alerts": None}, {"Exporter": 0, "Critical alerts": None})
        self.assertIsNotNone(self.value(prometheus, "Critical alerts"))

    def first_rows(self, prometheus):
        titles = ("LiteLLM", "Ready", "Fault rate", "Worst provider", "Database", "Failing models", "Exporter", "Critical alerts")
        values = {title: self.value(prometheus, title) for title in titles}
        return {title: value for title, value in values.items() if value is not None}


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

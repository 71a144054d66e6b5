# SPDX-License-Identifier: Apache-2.0
"""What expressions of the dashboards make of series that are written down."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

from dashboard_case import DASHBOARDS
from dashboards import FOLDER, filled, mapped, palette, panels


class WithSeries(unittest.TestCase):
    """Against series that are written down, in Prometheus' own test of rules; its time begins with the year 1970."""

    def evaluate(self, expression, series, expected):
        """`expected` are (time, samples as promtool writes them)."""
        document = {"tests": [{
            "interval": "1m",
            "input_series": [{"series": name, "values": values} for name, values in series.items()],
            "promql_expr_test": [{"expr": expression, "eval_time": at,
                                  "exp_samples": [{"labels": labels, "value": value} for labels, value in samples.items()]}
                                 for at, samples in expected]}]}
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "expression.test.yml"
            path.write_text(json.dumps(document), encoding="utf-8")
            done = subprocess.run(["promtool", "test", "rules", str(path)], capture_output=True, text=True, timeout=3600)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Forecasts(WithSeries):
    # What a reader sees of a budget; the other labels are for links.
    SHOWN = "scope, id, short, name, window, model"

    def forecast(self, name, title, target, series, expected):
        """Rounded to whole dollars."""
        panel, = (panel for panel in panels(DASHBOARDS[name]) if panel["title"] == title)
        self.evaluate(f"round(sum by ({self.SHOWN}) ({filled(panel['targets'][target]['expr'], DASHBOARDS[name])}))", series, expected)

    def test_a_budget_that_was_reset_and_one_that_is_new(self):
        def series(metric, name):
            return f'{metric}{{job="a", instance="a", scope="key", id="{name}", name="{name}"}}'
        spend, reset = "litellm_budget_spend_usd", "litellm_budget_reset_timestamp_seconds"
        # A dollar a minute; two hours after the first was reset ten are left to the next reset.
        self.forecast("litellm-budgets", "Budgets", 3, {
            series(spend, "old"): "100+1x479 0+1x600", series(reset, "old"): "28800x479 72000x600",
            series(spend, "new"): "_x480 100+1x600", series(reset, "new"): "72000x1200",
        }, [("10h", {f'{{scope="key", id="{name}", short="{name}", name="{name}", window="-", model="-"}}': value for name, value in (("old", 718), ("new", 820))})])

    def test_a_spend_that_was_lowered_is_no_reset(self):
        def series(metric):
            return f'{metric}{{job="a", instance="a", scope="team", id="t", name="t"}}'
        # Ten hours are left; a dollar a minute, of which a tenth was given back.
        self.forecast("litellm-budgets", "Budgets", 3, {
            series("litellm_budget_spend_usd"): "1000+0x299 990x61", series("litellm_budget_reset_timestamp_seconds"): "57600x360",
        }, [("6h", {'{scope="team", id="t", short="t", name="t", window="-", model="-"}': 990})])

    def test_budgets_of_windows_and_models_are_rows_of_their_own_in_every_column(self):
        def series(metric, more):
            return f'{metric}{{job="a", instance="a", scope="key", id="k", name="k"{more}}}'
        own, hourly, model = ("", ', window="1h"', ', model="gpt"')
        spend, reset = "litellm_budget_spend_usd", "litellm_budget_reset_timestamp_seconds"
        said = {f'{{scope="key", id="k", short="k", name="k", window="{window}", model="{name}"}}': value
                for window, name, value in (("-", "-", 1), ("1h", "-", 2), ("-", "gpt", 3))}
        # Only the whole budget has a reset, and no column is without the two labels.
        written = {series(spend, own): "1x30", series(spend, hourly): "2x30", series(spend, model): "3x30",
                   series(reset, own): "1x30"}
        first = dict([next(iter(said.items()))])
        for target, expected in ((1, said), (4, {labels: 1000 for labels in first})):
            self.forecast("litellm-budgets", "Budgets", target, written, [("10m", expected)])

    def test_the_first_hour_of_a_month_is_no_pace(self):
        self.forecast("litellm-cost", "Month-end forecast", 0, {
            'litellm_spend_month_usd{job="a", instance="a", scope="global"}': "1x30 10x3000",
        }, [("5m", {"{}": 744}), ("30m", {"{}": 744}), ("36h30m", {"{}": 204})])


class Owners(WithSeries):
    def test_an_alias_that_came_later_makes_no_second_bar(self):
        panel, = (panel for panel in panels(DASHBOARDS["litellm-cost"]) if panel["title"] == "Spend by organization")

        def series(alias):
            return f'litellm_organization_spend_usd_total{{job="a", instance="a", organization="lab", organization_alias="{alias}", model="m"}}'
        # Ten dollars without an alias, then six a minute with one that is the id.
        self.evaluate(filled(panel["targets"][0]["expr"], DASHBOARDS["litellm-cost"]),
                      {series(""): "10x60", series("lab"): "0+6x60"},
                      [("60m", {'{organization="lab", text="lab"}': 360})])

    def test_only_of_a_uuid_and_a_hash_the_begin_is_shown(self):
        panel, = (panel for panel in panels(DASHBOARDS["litellm-cost"]) if panel["title"] == "Spend by organization")
        shown = {"customer-support-emea": "customer-support-emea", "lab": "lab", "bad-cafe-decade-facade": "bad-cafe-decade-facade",
                 "0b7d5b64-2f7e-4f6c-8e07-6f2f0f1f1d11": "0b7d5b64-2f7", "5F" * 32: "5F" * 6, "d0" * 16: "d0" * 6}
        self.evaluate(f"sum by (text) ({filled(panel['targets'][0]['expr'], DASHBOARDS['litellm-cost'])})",
                      {f'litellm_organization_spend_usd_total{{job="a", instance="a", organization="{name}", organization_alias="", model="m"}}': "0+1x60"
                       for name in shown},
                      [("60m", {f'{{text="{text}"}}': 60 for text in shown.values()})])

    def test_a_key_is_of_a_team_with_a_name_of_one_without_or_of_none(self):
        panel, = (panel for panel in panels(DASHBOARDS["litellm-budgets"]) if panel["title"] == "Keys by expiry")
        team = "0b7d5b64-2f7e-4f6c-8e07-6f2f0f1f1d11"
        written = {f'litellm_key_expires_timestamp_seconds{{job="a", instance="a", key="{key * 64}", key_alias="{key}", team="{team}"}}': "60x30"
                   for key, team in (("a", "t"), ("b", team), ("c", ""))}
        # The name is another since: one row all the same.
        for alias in ("old", "new"):
            written[f'litellm_team_requests_total{{job="a", instance="a", team="t", team_alias="{alias}", model="m", status="success"}}'] = "1x30"
        self.evaluate(f"sum by (key_alias, short) ({filled(panel['targets'][0]['expr'], DASHBOARDS['litellm-budgets'])})", written, [
            ("10m", {f'{{key_alias="{key}", short="{key * 12}"}}': 60000 for key in "abc"})])
        self.evaluate(f"max by (text) ({filled(panel['targets'][0]['expr'], DASHBOARDS['litellm-budgets'])}) unless on (text) vector(0)",
                      {series: values for series, values in written.items() if 'alias="old"' not in series},
                      [("10m", {'{text="new"}': 60000, f'{{text="{team[:12]}"}}': 60000})])


class Deployments(WithSeries):
    def test_names_are_the_upstream_and_where_and_the_id_only_where_these_are_two(self):
        def series(metric, deployment, more):
            return f'{metric}{{job="a", instance="a", model="m", deployment="{deployment}", {more}}}'
        panel, = (panel for panel in panels(DASHBOARDS["litellm-models"]) if panel["title"] == "Requests by deployment")
        written = {series("litellm_upstream_requests_total", name, 'provider="p", status="success"'): "0+60x30"
                   for name in ("one-deployment", "twin-1-of-two", "twin-2-of-two", "no-host", "unanswered")}
        for name, upstream, host in (("one-deployment", "gpt", ', api_host="a.example"'), ("twin-1-of-two", "gpt", ', api_host="b.example"'),
                                     ("twin-2-of-two", "gpt", ', api_host="b.example"'), ("no-host", "bedrock", "")):
            written[series("litellm_upstream_info", name, f'upstream_model="{upstream}"{host}')] = "1x30"
        # The same deployment in a second cluster is no error.
        written['litellm_upstream_info{job="a", instance="a", cluster="west", model="m", deployment="no-host", upstream_model="bedrock"}'] = "1x30"
        texts = {"one-deployment": "gpt at a.example", "twin-1-of-two": "gpt at b.example twin-1-o",
                 "twin-2-of-two": "gpt at b.example twin-2-o", "no-host": "bedrock", "unanswered": "unanswer"}
        self.evaluate(filled(panel["targets"][0]["expr"], DASHBOARDS["litellm-models"]).replace("[1m]", "[4m]"), written, [
            ("20m", {f'{{model="m", deployment="{name}", text="{text}"}}': 1 for name, text in texts.items()})])


class Annotations(WithSeries):
    def mark(self, name, series, expected):
        """With a step of a minute, for which Grafana's $__rate_interval is four and $__interval one."""
        annotation, = (annotation for annotation in DASHBOARDS["litellm-overview"]["annotations"]["list"] if annotation["name"] == name)
        expression = annotation["expr"].replace("$__rate_interval", "4m").replace("$__interval", "1m")
        self.evaluate(filled(expression, DASHBOARDS["litellm-overview"]), series, expected)

    def test_only_the_begin_of_a_critical_alert_is_marked(self):
        def series(name, severity, category):
            return f'ALERTS{{alertname="{name}", alertstate="firing", severity="{severity}", category="{category}"}}'
        # Two at once, of which one begins anew; what is no outage or no emergency leaves no mark.
        self.mark("Alerts", {
            series("Down", "critical", "availability"): "_x10 1x20 stale _x28 1x20", series("Slow", "critical", "latency"): "_x10 1x60",
            series("Errors", "warning", "errors"): "_x10 1x60", series("Spent", "critical", "budget"): "_x10 1x60",
            series("Expired", "critical", "keys"): "_x10 1x60",
        }, [("9m", {}), ("10m", {'{alertname="Down"}': 1, '{alertname="Slow"}': 1}), ("11m", {}), ("30m", {}),
            ("59m", {}), ("60m", {'{alertname="Down"}': 1}), ("61m", {})])

    def test_a_restart_is_marked_however_long_it_takes_and_however_far_the_steps_are_apart(self):
        for document in DASHBOARDS.values():
            restarts, = (annotation for annotation in document["annotations"]["list"] if annotation["name"] == "Restarts")
            self.assertIn("[$__rate_interval]", restarts["expr"])
        labels = '{instance="a", job="litellm-exporter"}'
        self.mark("Restarts", {f"process_start_time_seconds{labels}": "1x10 stale _x1 720x20"},
                  [("10m", {}), ("13m", {labels: 1}), ("20m", {})])

    def test_a_version_is_marked_when_it_is_another(self):
        def series(version):
            return f'litellm_proxy_info{{job="a", instance="a", proxy="p", version="{version}"}}'
        new, old = (f'{{job="a", proxy="p", version="{version}"}}' for version in ("2", "1"))
        # Nothing is known for half an hour; later a version is tried for ten minutes.
        self.mark("Versions", {series(1): "1x60 stale _x28 1x30 stale _x9 1x60", series(2): "_x121 1x9 stale"},
                  [("50m", {}), ("90m", {}), ("92m", {}), ("121m", {new: 1}), ("128m", {}), ("132m", {old: 1}), ("150m", {})])


class Troubles(WithSeries):
    def test_what_never_happened_has_no_line(self):
        doc = DASHBOARDS["litellm-exporter"]
        panel, = (panel for panel in panels(doc) if panel["title"] == "Failed polls")

        def series(reason):
            return f'litellm_exporter_poll_failures_total{{job="a", instance="a", collector="c", reason="{reason}"}}'
        # Before it is over a failure is a line, also where it does not happen any more.
        self.evaluate(filled(panel["targets"][0]["expr"], doc).replace("[1m]", "[4m]"),
                      {series("never"): "0x120", series("once"): "0x60 6x60"},
                      [("62m", {'{collector="c", reason="once"}': 0.025}), ("80m", {'{collector="c", reason="once"}': 0}), ("30m", {})])


class Alerts(WithSeries):
    def test_each_alert_is_somebodys_and_none_is_hidden(self):
        doc = DASHBOARDS["litellm-overview"]
        panel, = (panel for panel in panels(doc) if panel["title"] == "Alerts that fire")

        def series(name, severity, more):
            return f'ALERTS{{alertname="{name}", alertstate="firing", severity="{severity}", category="keys"{more}}}'
        # Two keys that begin alike and have the same alias are no error. A page shows many blanks as one.
        same = "0123456789abcdef" * 2
        self.evaluate(f"max by (alertname, whose) ({filled(panel['targets'][0]['expr'], doc)})", {
            series("Outage", "critical", ', provider="openai", instance="e:1"'): "1x10",
            series("Budget", "warning", ', scope="key", id="2b7d5b64-2f7e-4f6c-8e07-6f2f0f1f1d11", name="nightly"'): "1x10",
            series("Budget", "warning", ', scope="key", id="3b7d5b64-2f7e-4f6c-8e07-6f2f0f1f1d11", name=""'): "1x10",
            series("Expiry", "info", f', key="{same}1", key_alias="a key"'): "1x10",
            series("Expiry", "warning", f', key="{same}2", key_alias="a key"'): "1x10",
            series("Slow", "warning", ', model="gpt-4o", provider="azure", proxy="http://p"'): "1x10",
            series("Watchdog", "none", ""): "1x10",
        }, [("5m", {
            '{alertname="Outage", whose="openai      e:1"}': 3, '{alertname="Budget", whose="nightly"}': 2,
            '{alertname="Budget", whose="3b7d5b64-2f7"}': 2, '{alertname="Expiry", whose="a key"}': 2,
            '{alertname="Slow", whose="azure gpt-4o     http://p"}': 2, '{alertname="Watchdog", whose="-"}': 0})])


    def test_each_leads_to_the_page_of_its_category_and_to_its_model(self):
        doc = DASHBOARDS["litellm-overview"]
        panel, = (panel for panel in panels(doc) if panel["title"] == "Alerts that fire")

        def series(category, more=""):
            return f'ALERTS{{alertname="A", alertstate="firing", severity="warning", category="{category}"{more}}}'

        def led(page, provider="$__all", model="$__all"):
            return f'{{page="{page}", provider="{provider}", model="{model}"}}'
        self.evaluate(f"max by (page, provider, model) ({filled(panel['targets'][0]['expr'], doc)})", {
            series("latency", ', model="gpt"'): "1x10", series("errors", ', provider="p"'): "1x10", series("keys", ', key="k"'): "1x10",
            series("pipeline"): "1x10", series("redis"): "1x10",
        }, [("5m", {led("litellm-models", model="gpt"): 2, led("litellm-models", provider="p"): 2, led("litellm-budgets"): 2,
                    led("litellm-exporter"): 2, led("litellm-overview"): 2})])


class Links(WithSeries):
    def test_a_budget_leads_to_its_team_or_key_and_all_others_to_the_costs(self):
        doc = DASHBOARDS["litellm-budgets"]
        panel, = (panel for panel in panels(doc) if panel["title"] == "Budgets")

        def series(scope, more=""):
            return f'litellm_budget_spend_usd{{job="a", instance="a", scope="{scope}", id="i", name="n"{more}}}'
        self.evaluate(f"sum by (page, team, key, asked) ({filled(panel['targets'][1]['expr'], doc)})", {
            series("team"): "1x10", series("key", ', model="m"'): "2x10", series("user"): "3x10",
        }, [("5m", {'{page="litellm-tenant", team="i", key="$__all", asked="$__all"}': 1,
                    '{page="litellm-tenant", team="$__all", key="i", asked="m"}': 2,
                    '{page="litellm-cost", team="$__all", key="$__all", asked="$__all"}': 3})])


    def test_the_others_and_nobody_lead_to_all(self):
        for name, title, label, metric in (("litellm-cost", "Spend by model", "model", "litellm_spend_usd_total"),
                                           ("litellm-cost", "Spend by team", "team", "litellm_team_spend_usd_total"),
                                           ("litellm-cost", "Spend by key", "key", "litellm_key_spend_usd_total"),
                                           ("litellm-tenant", "Spend by model", "model", "litellm_team_spend_usd_total")):
            panel, = (panel for panel in panels(DASHBOARDS[name]) if panel["title"] == title)
            more = ', team="t"' if name == "litellm-tenant" else ""
            # The first is a name that the exporter gives to what it does not tell apart, the second no name.
            named = ["other", *(["n1"] if label == "model" else [""]), *(f"n{number}" for number in range(2, 13))]
            written = {f'{metric}{{job="a", instance="a", {label}="{value}"{more}}}': f"0+{number}x60" for number, value in enumerate(named, 1)}
            shown = {f'{{to_{label}="{value}"}}': 60 * number for number, value in enumerate(named, 1) if number > 3}
            shown[f'{{to_{label}="$__all"}}'] = 60 * (1 + 2 + 3)
            self.evaluate(f"sum by (to_{label}) ({filled(panel['targets'][0]['expr'], DASHBOARDS[name])})", written, [("60m", shown)])


    def test_a_key_without_a_team_has_a_page_where_its_link_leads(self):
        doc = DASHBOARDS["litellm-tenant"]

        def series(metric, key, team, more=""):
            return f'litellm_key_{metric}_total{{job="a", instance="a", key="{key}", key_alias="", team="{team}"{more}}}'
        written = {series("requests", "k", "", ', status="success"'): "0+3x60", series("requests", "k", "", ', status="failure"'): "0+1x60",
                   series("requests", "l", "t", ', status="success"'): "0+9x60", series("spend_usd", "k", ""): "0+2x60",
                   series("input_tokens", "k", ""): "0+5x60", series("output_tokens", "k", ""): "0+5x60",
                   'litellm_exporter_database_up{job="a", instance="a"}': "1x60"}
        for title, all_keys, of_k in (("Requests of the keys", 780, 240), ("Tokens of the keys", 600, 600), ("Spend of the keys", 120, 120),
                                      ("Error rate of the keys", 60 / 780, 0.25)):
            panel, = (panel for panel in panels(doc) if panel["title"] == title)
            expression = panel["targets"][0]["expr"]
            for chosen, value in ((expression, all_keys), (expression.replace("$key", "k"), of_k)):
                self.evaluate(f"round({filled(chosen, doc)}, 0.001)", written, [("60m", {"{}": round(value, 3)})])
        # The other has no series of failures, and none is no lack of requests.
        self.evaluate(filled(expression.replace("$key", "l"), doc), written, [("60m", {"{}": 0})])


class Objective(WithSeries):
    def expressions(self, title):
        panel, = (panel for panel in panels(DASHBOARDS["litellm-overview"]) if panel["title"] == title)
        return [filled(target["expr"], DASHBOARDS["litellm-overview"]) for target in panel["targets"]]

    def test_each_fault_takes_its_part_of_the_budget_and_none_comes_back_with_time(self):
        budget, = self.expressions("Error budget left")
        # A hundred requests an hour for forty days; a fault an hour on the 39th. Of the 72000 requests of 30 days
        # one in a hundred may fail: an hour costs a 720th.
        hours = 40 * 24
        self.evaluate(f"round({budget}, 0.001)", {
            'job:litellm_requests:increase1h{job="a"}': f"100x{hours * 60}",
            'job:litellm_faults:rate1h{job="a"}': f"{1 / 3600}x300 0x{38 * 24 * 60 - 301} {1 / 3600}x{24 * 60} 0x{24 * 60}",
            'job:litellm_objective_availability:ratio{job="a"}': f"0.99x{hours * 60}",
        }, [(f"{38 * 24 - 1}h", {"{}": 1}), (f"{38 * 24 + 11}h", {"{}": 0.985}), (f"{40 * 24 - 1}h", {"{}": 0.967})])

    def test_without_requests_there_is_no_budget_to_lose(self):
        budget, = self.expressions("Error budget left")
        self.evaluate(budget, {'job:litellm_requests:increase1h{job="a"}': "0x300", 'job:litellm_faults:rate1h{job="a"}': "0x300",
                               'job:litellm_objective_availability:ratio{job="a"}': "0.99x300"}, [("200m", {})])

    def test_the_burn_table_says_of_each_pair_of_windows_what_its_alert_does(self):
        def share(window):
            return f'job:litellm_faults_per_request:ratio_rate{window}{{job="a"}}'

        def alert(long, state):
            return f'ALERTS{{alertname="LiteLLMErrorBudgetBurn", long="{long}", alertstate="{state}", category="slo", job="a"}}'
        pairs = (("1h", "5m", 14.4), ("6h", "30m", 6), ("1d", "2h", 3), ("3d", "6h", 1))
        long, short, threshold, state = self.expressions("Error budget burn rate")
        written = {'job:litellm_objective_availability:ratio{job="a"}': "0.99x10", alert("1h", "firing"): "1x10", alert("1h", "pending"): "1x10",
                   alert("6h", "pending"): "1x10", **{share(window): "0.04x10" for window in ("1h", "5m", "6h", "1d", "2h")}, share("3d"): "0.02x10"}

        def rows(*values):
            return {f'{{long="{pair[0]}", short="{pair[1]}"}}': value for pair, value in zip(pairs, values)}
        # Of half an hour nothing is known: no request.
        for expression, values in ((f"round({long}, 0.1)", (4, 4, 4, 2)), (f"round({short}, 0.1)", (4, 0, 4, 4)),
                                   (threshold, (14.4, 6, 3, 1)), (state, (3, 2, 1, 1))):
            self.evaluate(expression, written, [("5m", rows(*values))])
        calm = {'job:litellm_objective_availability:ratio{job="a"}': "0.99x10"}
        self.evaluate(state, calm, [("5m", rows(0, 0, 0, 0))])

    def test_the_windows_are_those_of_the_alerts(self):
        alerts = yaml.safe_load((FOLDER.parent / "rules" / "alerts" / "slo.yml").read_text(encoding="utf-8"))["groups"]
        told = {(rule["labels"]["long"], rule["labels"]["short"], re.search(r"> ([\d.]+) \* \(1 - ", rule["expr"])[1])
                for group in alerts for rule in group["rules"] if rule["alert"] == "LiteLLMErrorBudgetBurn"}
        threshold = self.expressions("Error budget burn rate")[2]
        shown = {(long, short, number) for number, long, short in re.findall(r'\+ ([\d.]+)\), "long", "(\w+)", "", ""\), "short", "(\w+)"', threshold)}
        self.assertEqual(shown, told)


class Trends(WithSeries):
    def test_what_has_ended_is_no_number(self):
        doc = DASHBOARDS["litellm-overview"]
        panel, = (panel for panel in panels(doc) if panel["title"] == "Requests per second now")
        expression = filled(panel["targets"][0]["expr"], doc)
        self.evaluate(f"({expression}) >= 0", {'job:litellm_requests:rate5m{job="a"}': "3x10 stale"}, [("5m", {"{}": 3}), ("12m", {})])
        self.evaluate(f"count({expression})", {'job:litellm_requests:rate5m{job="a"}': "3x10 stale"}, [("12m", {"{}": 1})])

    def test_a_course_has_no_points_but_the_last_where_there_was_nothing(self):
        """A range of ten minutes that ends now, as a subquery of the same steps."""
        for panel in panels(DASHBOARDS["litellm-overview"]):
            if panel["options"].get("graphMode") == "area":
                value, nothing = filled(panel["targets"][0]["expr"], DASHBOARDS["litellm-overview"]).rsplit(" or (vector(NaN)", 1)
                self.assertTrue(value.startswith("(") and value.endswith(")"))
                # Where nothing is ever said, of all the steps one is left.
                self.evaluate(f"count_over_time(((vector(NaN){nothing})[10m:1m])", {"up": "1x20"}, [("20m", {"{}": 1})])


class Costs(WithSeries):
    def expressions(self, title):
        panel, = (panel for panel in panels(DASHBOARDS["litellm-cost"]) if panel["title"] == title)
        return [filled(target["expr"], DASHBOARDS["litellm-cost"]) for target in panel["targets"]]

    def test_a_team_spends_on_a_model_whatever_it_is_called_meanwhile(self):
        def series(team, alias, model):
            return f'litellm_team_spend_usd_total{{job="a", instance="a", team="{team}", team_alias="{alias}", model="{model}"}}'
        spend, share, of_team = self.expressions("Spend by team and model")[:3]
        written = {series("t", "", "m"): "10x60", series("t", "t", "m"): "0+3x60", series("t", "t", "n"): "0+1x60", series("", "", "m"): "0+1x60",
                   'litellm_spend_usd_total{job="a", instance="a", model="m"}': "0+10x60"}

        def rows(*values):
            return dict(zip(('{team="t", text="t", model="m", to_team="t", to_model="m"}', '{team="t", text="t", model="n", to_team="t", to_model="n"}',
                             '{text="no team", model="m", to_team="$__all", to_model="m"}'), values))
        self.evaluate(spend, written, [("60m", rows(180, 60, 60))])
        self.evaluate(f"round({share}, 0.01)", written, [("60m", rows(0.3, 0.1, 0.1))])
        self.evaluate(f"round({of_team}, 0.01)", written, [("60m", rows(0.75, 0.25, 1))])

    def test_a_million_tokens_cost_what_all_tokens_cost(self):
        def series(name):
            return f'litellm_{name}_total{{job="a", instance="a", model="m", provider="p"}}'
        written = {series("input_tokens"): "0+300x60", series("output_tokens"): "0+100x60", series("input_cost_usd"): "0+0.0003x60",
                   series("output_cost_usd"): "0+0.0005x60", series("spend_usd"): "0+0.001x60"}
        for expression, value in zip(self.expressions("Cost per 1M tokens by model"), (1, 5, 2.5, 24000, 0.06)):
            self.evaluate(f"round({expression}, 0.001)", written, [("60m", {'{model="m", to_model="m"}': value})])

    def test_savings_are_those_of_the_accounts_and_an_estimate_for_the_response_cache(self):
        today, _ = self.expressions("Savings to date")
        self.evaluate(today, {'litellm_savings_day_usd{job="a", instance="a", kind="gateway_injected_caching"}': "2x10",
                              'litellm_savings_day_usd{job="a", instance="b", kind="gateway_injected_caching"}': "2x10"},
                      [("5m", {'{kind="caching added by LiteLLM"}': 2})])
        estimate, = self.expressions("Response cache savings")
        # Nine in earnest for 18 dollars and one from the cache, a minute.
        self.evaluate(f"round({estimate}, 0.01)", {
            'litellm_requests_total{job="a", instance="a", model="m", status="success"}': "0+10x60",
            'litellm_cache_hits_total{job="a", instance="a", model="m"}': "0+1x60",
            'litellm_spend_usd_total{job="a", instance="a", model="m"}': "0+18x60"}, [("60m", {"{}": 120})])


class States(WithSeries):
    def test_a_provider_fails_with_ten_faults_and_none_is_listed_only_where_there_is_none(self):
        share, faults = "job_provider:litellm_faults_per_request:ratio_rate5m", "job_provider:litellm_faults:increase15m"
        written = {'litellm_exporter_database_up{job="a", instance="a"}': "1x120"}
        nobody = '{text="no requests yet"}'
        for name, title in (("litellm-overview", "Provider health"), ("litellm-models", "Provider health")):
            panel, = (panel for panel in panels(DASHBOARDS[name]) if panel["title"] == title)
            expression = filled(panel["targets"][0]["expr"], DASHBOARDS[name])
            self.evaluate(expression, written, [("60m", {nobody: -1})])
            # The range ends where it is asked: half an hour later there was somebody in it.
            self.evaluate(expression, {
                **written, f'{share}{{job="a", provider="busy"}}': "0.6x30", f'{faults}{{job="a", provider="busy"}}': "60x30",
                f'{share}{{job="a", provider="night"}}': "0.5x30", f'{faults}{{job="a", provider="night"}}': "1x30",
                f'{share}{{job="a", provider="unknown"}}': "0x30", f'{faults}{{job="a", provider="unknown"}}': "0x30",
            }, [("20m", {'{provider="busy", text="busy"}': 0.6, '{provider="night", text="night"}': 0,
                         '{provider="unknown", text="(no provider named)"}': 0}), ("60m", {}),
                ("110m", {nobody: -1})])

    def test_one_of_two_proxies_is_not_the_whole(self):
        doc = DASHBOARDS["litellm-overview"]
        series = {f'litellm_up{{job="a", instance="a", proxy="{proxy}"}}': values
                  for proxy, values in (("p", "1x10 0x20"), ("q", "1x20 0x10"))}
        series['litellm_exporter_database_up{job="a", instance="a"}'] = "1x30"
        for title in ("LiteLLM", "Component status over time"):
            panel, = (panel for panel in panels(doc) if panel["title"] == title)
            self.evaluate(filled(panel["targets"][0]["expr"], doc), series, [("5m", {"{}": 1}), ("15m", {"{}": 3}), ("25m", {"{}": 0})])
            self.assertEqual(mapped(panel["fieldConfig"]["defaults"]["mappings"], 3)["color"], palette()["warning"])


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

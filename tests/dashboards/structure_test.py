# SPDX-License-Identifier: Apache-2.0
"""What each dashboard must be like: the rules of Grafana's dashboard-linter, and ours."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from dashboards import FOLDER, filled, load, panels, variables  # noqa: E402
from metric_names import known_names, names_in  # noqa: E402

DASHBOARDS = load()
UIDS = {"litellm-overview", "litellm-cost", "litellm-budgets", "litellm-models", "litellm-tenant", "litellm-exporter"}
UNITS = {"short", "s", "bytes", "reqps", "cps", "percentunit", "currencyUSD", "dateTimeFromNow"}
# What every target has: without the job these would tell of whatever Prometheus scrapes.
COMMON = re.compile(r"up|scrape_\w+|process_\w+")
EXPORTERS = 'job=~".*litellm-exporter.*"'
# The ground of a panel in Grafana's dark theme.
DARK = "#181B1F"
# Every value that the expressions of a state timeline can give, by its title, and the colour it must have.
STATES = {
    "Which part, and since when": {0: "bad", 1: "good", 2: "bad", 3: "warning", -1: "other", -2: "other"},
    "Proxies": {0: "bad", 1: "bad", 2: "warning", 3: "good", -1: "other"},
    "Providers": {0: "good", 0.0999: "good", 0.1001: "warning", 0.4999: "warning", 0.5: "bad", 1: "bad", -1: "other"},
    "Deployments": {0: "bad", 1: "good", -1: "other"},
    "Answers of the proxies": {0: "bad", 200: "good", 204: "good", 302: "warning", 401: "warning", 500: "bad", 503: "bad", -1: "other"},
    "Success": {0: "bad", 1: "good"},
}
SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^}]*\})?")


def exceptions():
    """What dashboards/.lint excuses: metrics by the rule that they need not follow."""
    rules = yaml.safe_load((FOLDER / ".lint").read_text(encoding="utf-8"))["exclusions"]
    return {name: [re.compile(pattern) for pattern in rule["metrics"]] for name, rule in rules.items()}


def contrast(one, other):
    """As the Web Content Accessibility Guidelines reckon it, from 1 to 21."""
    def luminance(colour):
        channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear))
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def palette():
    text = (FOLDER / "source" / "lib" / "colours.libsonnet").read_text(encoding="utf-8")
    return dict(re.findall(r"(\w+): '(#[0-9A-F]{6})'", text))


def mapped(mappings, value):
    """What Grafana makes of a value: the first mapping that fits, whose bounds belong to it."""
    for mapping in mappings:
        options = mapping["options"]
        if mapping["type"] == "value" and f"{value:g}" in options:
            return options[f"{value:g}"]
        if mapping["type"] == "range" and options["from"] <= value <= options["to"]:
            return options["result"]
    return None


def values_of(key, node):
    """Every value of a key, however deep."""
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name == key)
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from values_of(key, child)


def selectors(expression):
    """(metric, its matchers) for every selector of an expression."""
    names = names_in(expression)
    for match in SELECTOR.finditer(re.sub(r"\b(?:by|on|ignoring|without)\s*\([^)]*\)|\$__\w+", "", expression)):
        if match[1] in names:
            yield match[1], match[2] or ""


class Structure(unittest.TestCase):
    def test_the_six_are_there(self):
        self.assertEqual({document["uid"] for document in DASHBOARDS.values()}, UIDS)
        self.assertEqual(set(DASHBOARDS), UIDS, "a file is named after its uid")

    def test_the_files_are_what_the_sources_make(self):
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([str(FOLDER / "generate"), directory], check=True, timeout=120)
            made = {path.name: path.read_text(encoding="utf-8") for path in Path(directory).iterdir()}
        kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
        self.assertEqual(made, kept, "run dashboards/generate and commit what it makes")

    def test_the_sources_are_formatted(self):
        sources = [str(path) for path in FOLDER.glob("source/**/*.*sonnet")]
        self.assertGreater(len(sources), 6)
        done = subprocess.run(["jsonnetfmt", "--test", *sources], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, "run jsonnetfmt -i on dashboards/source" + done.stderr)

    def each(self):
        for name, document in DASHBOARDS.items():
            with self.subTest(name):
                yield document

    def each_panel(self):
        for name, document in DASHBOARDS.items():
            for panel in panels(document):
                with self.subTest(f"{name}: {panel['title']}"):
                    yield document, panel

    def test_dashboards(self):
        for document in self.each():
            self.assertIsNone(document["id"])
            self.assertFalse(document["editable"])
            self.assertIn("litellm", document["tags"])
            self.assertGreaterEqual(document["schemaVersion"], 39)
            link, = document["links"]
            self.assertTrue(link["keepTime"] and link["includeVars"])
            names = {annotation["name"] for annotation in document["annotations"]["list"]}
            self.assertLessEqual({"Alerts", "Restarts"}, names)
            self.assertNotRegex(json.dumps(document), r"\d+\.\d+\.\d+\.\d+|localhost|https?://")

    def test_variables(self):
        for document in self.each():
            first, *others = variables(document)
            self.assertEqual((first["type"], first["name"], first["label"]), ("datasource", "datasource", "Data source"))
            self.assertEqual([variable["type"] for variable in others], ["query"] * len(others))
            self.assertLessEqual({"cluster", "job", "instance"}, {variable["name"] for variable in others})
            for variable in others:
                self.assertEqual(variable["datasource"]["uid"], "${datasource}")
                # "All" clusters includes targets that have no label cluster.
                everything = ".*" if variable["name"] == "cluster" else ".+"
                self.assertEqual((variable["refresh"], variable["multi"], variable["allValue"]), (2, True, everything))
                self.assertRegex(variable["label"], r"^[A-Z]")

    def test_panels(self):
        for document, panel in self.each_panel():
            self.assertEqual(panel["datasource"], {"type": "prometheus", "uid": "${datasource}"})
            self.assertTrue(panel["title"])
            self.assertRegex(panel["description"], r"(?s)^[A-Z0-9].*\.$")
            self.assertIn(panel["fieldConfig"]["defaults"]["unit"], UNITS)
            self.assertGreaterEqual(len(panel["targets"]), 1)
            for target in panel["targets"]:
                self.assertEqual(target["datasource"]["uid"], "${datasource}")
                if target.get("format") != "table":
                    self.assertNotEqual(target["legendFormat"], "__auto")

    def test_panels_do_not_overlap_and_fill_their_lines(self):
        for document in self.each():
            taken = {}
            for panel in document["panels"]:
                at = panel["gridPos"]
                for x in range(at["x"], at["x"] + at["w"]):
                    for y in range(at["y"], at["y"] + at["h"]):
                        self.assertLess(x, 24)
                        self.assertNotIn((x, y), taken, f"{panel['title']} over {taken.get((x, y))}")
                        taken[x, y] = panel["title"]
            ids = [panel["id"] for panel in document["panels"]]
            self.assertEqual(len(ids), len(set(ids)))

    def test_targets(self):
        excused = exceptions()

        def is_excused(rule, metric):
            return any(pattern.fullmatch(metric) for pattern in excused[rule])

        for document, panel in self.each_panel():
            for target in panel["targets"]:
                expression = target["expr"]
                for metric, matchers in selectors(expression):
                    if not is_excused("target-job-rule", metric):
                        self.assertIn('job=~"$job"', matchers, f"{metric} in {expression}")
                    if not is_excused("target-instance-rule", metric):
                        self.assertIn('instance=~"$instance"', matchers, f"{metric} in {expression}")
                for function, window in re.findall(r"\b(rate|irate|increase)\((?:[^()\[\]]|\[(?!\$|\d))*\[([^\]]+)\]", expression):
                    # A window that the panel's meaning asks for: the range, a day, a month.
                    allowed = {"$__rate_interval"} | ({"5m"} if "rate_limit" in expression else set())
                    allowed |= {"$__range", "1d", "6h"} if function == "increase" else set()
                    self.assertIn(window, allowed, expression)

    def test_requests_of_a_heat_map_are_counted_once(self):
        """The windows of neighbouring steps overlap: what happens in them may be a rate, and no number."""
        for document, panel in self.each_panel():
            if panel["type"] == "heatmap":
                self.assertRegex(panel["targets"][0]["expr"], r"rate\(\w+_bucket\{[^}]*\}\[\$__rate_interval\]\)")
                self.assertEqual((panel["options"]["cellValues"]["unit"], panel["options"]["yAxis"]["unit"]), ("reqps", "s"))

    def test_counts_are_whole(self):
        """increase() extrapolates: 29 requests are 29.2."""
        found = 0
        for document, panel in self.each_panel():
            defaults = panel["fieldConfig"]["defaults"]
            units = {override["matcher"]["options"]: property["value"] for override in panel["fieldConfig"]["overrides"]
                     for property in override["properties"] if property["id"] == "unit"}
            if panel["type"] not in ("stat", "table"):
                continue
            for target, unit in zip(panel["targets"], units.values() if panel["type"] == "table" else [defaults["unit"]] * 9):
                if unit == "short" and "increase(" in target["expr"]:
                    found += 1
                    self.assertTrue(target["expr"].startswith("round("), target["expr"])
        self.assertGreater(found, 10)

    def test_counters_are_never_shown_raw(self):
        for document, panel in self.each_panel():
            for target in panel["targets"]:
                bare = re.sub(r"\b(?:rate|increase)\([^()]*\)", "", target["expr"])
                self.assertEqual([name for name in names_in(bare) if name.endswith(("_total", "_bucket"))], [], target["expr"])

    def test_every_metric_exists(self):
        known = known_names()
        for name, document in DASHBOARDS.items():
            for panel in panels(document):
                for target in panel["targets"]:
                    self.assertEqual(names_in(filled(target["expr"], document)) - known, set(), f"{name}: {panel['title']}")
            for annotation in document["annotations"]["list"]:
                self.assertEqual(names_in(filled(annotation["expr"], document)) - known, set(), name)
            for variable in variables(document)[1:]:
                metrics = names_in(re.sub(r"^label_values\((.*), \w+\)$", r"\1", variable["definition"])) - {"query_result"}
                self.assertTrue(metrics and metrics <= known, variable["definition"])

    def test_links_lead_to_dashboards_that_exist_and_keep_what_was_chosen(self):
        text = json.dumps(list(DASHBOARDS.values()))
        links = set(re.findall(r"/d/([\w-]+)", text))
        self.assertTrue(links)
        self.assertLessEqual(links, UIDS)
        for url in re.findall(r'"(/d/[^"]*)"', text):
            for name in ("datasource", "cluster", "job", "instance"):
                self.assertIn(f"${{{name}:queryparam}}", url)
            self.assertNotRegex(url, r"=\$\{[\w.]+\}", "a value in a link is encoded")

    def every_expression(self):
        for document in DASHBOARDS.values():
            yield from (target["expr"] for panel in panels(document) for target in panel["targets"])
            yield from (annotation["expr"] for annotation in document["annotations"]["list"])

    def test_what_every_target_has_is_asked_of_exporters_only(self):
        found = [(metric, matchers) for expression in self.every_expression()
                 for metric, matchers in selectors(expression) if COMMON.fullmatch(metric)]
        self.assertLessEqual({"up", "process_start_time_seconds", "scrape_duration_seconds"}, {metric for metric, _ in found})
        for metric, matchers in found:
            self.assertIn(EXPORTERS, matchers, metric)

    def test_clusters_are_kept_apart(self):
        for expression in self.every_expression():
            self.assertNotRegex(expression, r"sum\(max by", "which takes two clusters for one")
            for metric, matchers in selectors(expression):
                self.assertIn('cluster=~"$cluster', matchers, f"{metric} in {expression}")

    def test_alerts_are_those_of_the_pack(self):
        categories = {rule["labels"]["category"] for path in (FOLDER.parent / "rules" / "alerts").glob("*.yml")
                      for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]}
        for expression in self.every_expression():
            for metric, matchers in selectors(expression):
                if metric == "ALERTS":
                    named = re.search(r'category=~"([^"]*)"', matchers)[1]
                    self.assertEqual(set(named.split("|")), categories)

    def test_annotations_are_written_as_grafana_reads_them(self):
        for document in self.each():
            for annotation in document["annotations"]["list"]:
                self.assertEqual(annotation["target"]["expr"], annotation["expr"])
                self.assertTrue(annotation["target"]["refId"])

    def test_titles_are_unique_on_a_page(self):
        for document in self.each():
            titles = [panel["title"] for panel in document["panels"]]
            self.assertEqual(sorted(titles), sorted(set(titles)))

    def test_cards_bars_and_tables_ask_once_and_for_the_present(self):
        for document, panel in self.each_panel():
            once = panel["type"] in ("stat", "bargauge", "table")
            for target in panel["targets"]:
                self.assertEqual((target.get("instant", False), target["range"]), (once, not once))
                if not once:
                    self.assertNotIn("$__range", target["expr"], "the whole range at each of its steps is dear")

    def test_no_data_is_said_and_is_no_zero(self):
        for document, panel in self.each_panel():
            defaults = panel["fieldConfig"]["defaults"]
            if panel["type"] != "state-timeline":       # which has no such text
                self.assertTrue(defaults["noValue"])
            if panel["type"] == "stat":
                grey = defaults["mappings"][-1]["options"]
                self.assertEqual((grey["match"], grey["result"]["text"]), ("null+nan", defaults["noValue"]))
            for target in panel["targets"]:
                self.assertNotRegex(target["expr"], r"or (on \(\) )?(label_replace\()?vector\(0\)(?!\) >)")
                if panel["type"] == "table":
                    self.assertNotIn("or on ()", target["expr"], "a row that nobody has")

    def test_days_are_drawn_on_the_day(self):
        found = 0
        for document, panel in self.each_panel():
            for target in panel["targets"]:
                if target.get("interval") == "1d":
                    found += 1
                    self.assertIn("[1d] offset -1d)", target["expr"])
                    self.assertEqual(panel["fieldConfig"]["defaults"]["custom"]["barAlignment"], 1)
        self.assertEqual(found, 2)

    def test_what_is_per_second_has_such_a_unit(self):
        for document, panel in self.each_panel():
            if "per second" in panel["description"] or "a second of a stream" in panel["description"]:
                self.assertIn(panel["fieldConfig"]["defaults"]["unit"], {"reqps", "cps"})

    def test_good_and_bad_are_not_told_by_red_and_green(self):
        safe = {*palette().values(), "text"}
        for document in self.each():
            used = {colour for key in ("color", "fixedColor", "iconColor") for colour in values_of(key, document)
                    if isinstance(colour, str)}
            self.assertLessEqual(used, safe)

    def test_colours_can_be_seen_on_dark_panels(self):
        for colour in palette().values():
            self.assertGreater(contrast(colour, DARK), 4, colour)

    def test_states_have_the_colours_of_their_meaning(self):
        """With thresholds as the mode of colour Grafana would merge values by them and read no mapping."""
        colours = palette()
        found = set()
        for document, panel in self.each_panel():
            if panel["type"] != "state-timeline":
                continue
            found.add(panel["title"])
            defaults = panel["fieldConfig"]["defaults"]
            self.assertEqual(defaults["color"]["mode"], "fixed")
            shown = {value: mapped(defaults["mappings"], value) for value in STATES[panel["title"]]}
            self.assertEqual({value: state and state["color"] for value, state in shown.items()},
                             {value: colours[name] for value, name in STATES[panel["title"]].items()})
        self.assertEqual(found, set(STATES))

    def test_lines_have_colours_for_everybody_or_say_that_they_have_not(self):
        for document, panel in self.each_panel():
            if panel["type"] != "timeseries":
                continue
            legends = {target["legendFormat"] for target in panel["targets"]}
            literal = {legend for legend in legends if "{{" not in legend}
            coloured = {override["matcher"]["options"] for override in panel["fieldConfig"]["overrides"]
                        if any(property["id"] == "color" for property in override["properties"])}
            fixed = literal <= coloured and (literal == legends or coloured - literal - {"other"})
            self.assertNotEqual(bool(fixed), "Colours only keep the lines apart" in panel["description"])


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
            done = subprocess.run(["promtool", "test", "rules", str(path)], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Forecasts(WithSeries):
    def forecast(self, name, title, target, series, expected):
        """Rounded to whole dollars."""
        panel, = (panel for panel in panels(DASHBOARDS[name]) if panel["title"] == title)
        self.evaluate(f"round({filled(panel['targets'][target]['expr'], DASHBOARDS[name])})", series, expected)

    def test_a_budget_that_was_reset_and_one_that_is_new(self):
        def series(metric, name):
            return f'{metric}{{job="a", instance="a", scope="key", id="{name}", name="{name}"}}'
        spend, reset = "litellm_budget_spend_usd", "litellm_budget_reset_timestamp_seconds"
        # A dollar a minute; two hours after the first was reset ten are left to the next reset.
        self.forecast("litellm-budgets", "Budgets", 3, {
            series(spend, "old"): "100+1x479 0+1x600", series(reset, "old"): "28800x479 72000x600",
            series(spend, "new"): "_x480 100+1x600", series(reset, "new"): "72000x1200",
        }, [("10h", {f'{{scope="key", id="{name}", name="{name}"}}': value for name, value in (("old", 718), ("new", 820))})])

    def test_a_spend_that_was_lowered_is_no_reset(self):
        def series(metric):
            return f'{metric}{{job="a", instance="a", scope="team", id="t", name="t"}}'
        # Ten hours are left; a dollar a minute, of which a tenth was given back.
        self.forecast("litellm-budgets", "Budgets", 3, {
            series("litellm_budget_spend_usd"): "1000+0x299 990x61", series("litellm_budget_reset_timestamp_seconds"): "57600x360",
        }, [("6h", {'{scope="team", id="t", name="t"}': 990})])

    def test_the_first_hour_of_a_month_is_no_pace(self):
        self.forecast("litellm-cost", "Forecast to the month's end", 0, {
            'litellm_spend_month_usd{job="a", instance="a", scope="global"}': "1x30 10x3000",
        }, [("5m", {"{}": 744}), ("30m", {"{}": 744}), ("36h30m", {"{}": 204})])


class Annotations(WithSeries):
    def mark(self, name, series, expected):
        """With a step of a minute, for which Grafana's $__rate_interval is four."""
        annotation, = (annotation for annotation in DASHBOARDS["litellm-overview"]["annotations"]["list"] if annotation["name"] == name)
        expression = annotation["expr"].replace("$__rate_interval", "4m")
        self.evaluate(filled(expression, DASHBOARDS["litellm-overview"]), series, expected)

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


class States(WithSeries):
    def test_one_of_two_proxies_is_not_the_whole(self):
        doc = DASHBOARDS["litellm-overview"]
        series = {f'litellm_up{{job="a", instance="a", proxy="{proxy}"}}': values
                  for proxy, values in (("p", "1x10 0x20"), ("q", "1x20 0x10"))}
        series['litellm_exporter_database_up{job="a", instance="a"}'] = "1x30"
        for title in ("LiteLLM", "Which part, and since when"):
            panel, = (panel for panel in panels(doc) if panel["title"] == title)
            self.evaluate(filled(panel["targets"][0]["expr"], doc), series, [("5m", {"{}": 1}), ("15m", {"{}": 3}), ("25m", {"{}": 0})])
            self.assertEqual(mapped(panel["fieldConfig"]["defaults"]["mappings"], 3)["color"], palette()["warning"])


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

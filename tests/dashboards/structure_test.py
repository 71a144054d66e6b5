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

from dashboard_case import DASHBOARDS, DashboardCase  # noqa: E402
from dashboards import FOLDER, MONEY, filled, pages, panels, variables  # noqa: E402
from metric_names import known_names, names_in  # noqa: E402

UIDS = {"litellm-overview", "litellm-cost", "litellm-budgets", "litellm-models", "litellm-tenant", "litellm-exporter"}
PER_SECOND = {f"count:{things}/s" for things in ("tok", "rows", "polls", "values")}
# Of durations on a logarithmic axis, which do not become minutes.
SECONDS = "suffix:s"
UNITS = {"short", "s", SECONDS, "bytes", "reqps", *PER_SECOND, "percentunit", "currencyUSD", MONEY, "dateTimeFromNow"}
# What every target has: without the job these would tell of whatever Prometheus scrapes.
COMMON = re.compile(r"up|scrape_\w+|process_\w+")
EXPORTERS = 'job=~".*litellm-exporter.*"'
SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^}]*\})?")


def exceptions():
    """What dashboards/.lint excuses: metrics by the rule that they need not follow."""
    rules = yaml.safe_load((FOLDER / ".lint").read_text(encoding="utf-8"))["exclusions"]
    return {name: [re.compile(pattern) for pattern in rule["metrics"]] for name, rule in rules.items()}


def selectors(expression):
    """(metric, its matchers) for every selector of an expression."""
    names = names_in(expression)
    for match in SELECTOR.finditer(re.sub(r"\b(?:by|on|ignoring|without)\s*\([^)]*\)|\$__\w+", "", expression)):
        if match[1] in names:
            yield match[1], match[2] or ""


class Structure(DashboardCase):
    def test_the_six_are_there(self):
        self.assertEqual({document["uid"] for document in DASHBOARDS.values()}, UIDS)
        self.assertEqual(set(DASHBOARDS), UIDS, "a file is named after its uid")

    def test_the_files_are_what_the_sources_make(self):
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([str(FOLDER / "generate"), directory], check=True, timeout=3600)
            made = {path.name: path.read_text(encoding="utf-8") for path in Path(directory).iterdir()}
        kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
        self.assertEqual(made, kept, "run dashboards/generate and commit what it makes")

    def test_the_sources_are_formatted(self):
        sources = [str(path) for path in FOLDER.glob("source/**/*.*sonnet")]
        self.assertGreater(len(sources), 6)
        done = subprocess.run(["jsonnetfmt", "--test", *sources], capture_output=True, text=True, timeout=3600)
        self.assertEqual(done.returncode, 0, "run jsonnetfmt -i on dashboards/source" + done.stderr)

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
                # "All" clusters includes targets that have no label cluster, and all teams the keys of none.
                everything = ".*" if variable["name"] in ("cluster", "team") else ".+"
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

    def test_only_folded_rows_have_panels_of_their_own(self):
        folded = 0
        for document in self.each():
            for row in (panel for panel in document["panels"] if panel["type"] == "row"):
                self.assertEqual(bool(row["panels"]), row["collapsed"], row["title"])
                folded += row["collapsed"]
        self.assertGreater(folded, 4)

    def test_the_overview_ends_where_the_answer_is(self):
        rows = [row for row in DASHBOARDS["litellm-overview"]["panels"] if row["type"] == "row"]
        self.assertEqual([row["title"] for row in rows if not row["collapsed"]][-1], "Objective")
        first = [row["collapsed"] for row in rows].index(True)
        self.assertTrue(all(row["collapsed"] for row in rows[first:]))
        for document in self.each():
            self.assertFalse(document["panels"][0]["collapsed"])

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
                    self.assertRegex(target["expr"], r"^(label_replace\()*round\(")
        self.assertGreater(found, 10)

    def test_counters_are_never_shown_raw(self):
        for document, panel in self.each_panel():
            for target in panel["targets"]:
                bare = re.sub(r"\b(?:rate|increase)\((?:[^()]|\(\))*\)", "", target["expr"])
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

    def test_the_label_page_of_links_names_dashboards(self):
        """What `page` holds is in the expressions, where no other test of links sees it."""
        named = {uid for expression in self.every_expression() for uid in re.findall(r'"page", "([^"]*)"', expression)}
        self.assertGreater(len(named), 3)
        self.assertLessEqual(named, UIDS)

    def test_names_of_variables_in_links_exist(self):
        known = {document["uid"]: {variable["name"] for variable in variables(document)} for document in DASHBOARDS.values()}
        found = 0
        for uid, rest in re.findall(r'"/d/([\w-]+)([^"]*)"', json.dumps(list(DASHBOARDS.values()))):
            used = re.findall(r"&var-(\w+)=", rest)
            self.assertLessEqual(set(used), known[uid])
            found += len(used)
        self.assertGreater(found, 40)

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
                      for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]
                      if "alert" in rule}
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
            titles = [panel["title"] for page in pages(document) for panel in page]
            self.assertEqual(sorted(titles), sorted(set(titles)))

    def test_cards_bars_and_tables_ask_once_and_for_the_present(self):
        for document, panel in self.each_panel():
            once = panel["type"] in ("stat", "table") and panel["options"].get("graphMode") != "area"
            for target in panel["targets"]:
                self.assertEqual((target.get("instant", False), target["range"]), (once, not once))
                if not once:
                    self.assertNotIn("$__range", target["expr"].replace("[$__range] @ end()", ""), "the whole range at each of its steps is dear")

    def test_four_cards_of_the_overview_have_their_course_and_tell_of_now(self):
        """A range query goes on to say what was an hour ago, unless what is missing is no number and the last value counts."""
        trends = [panel for panel in panels(DASHBOARDS["litellm-overview"]) if panel["options"].get("graphMode") == "area"]
        self.assertEqual([panel["title"] for panel in trends],
                         ["Requests per second now", "Error rate now", "Latency p95 now", "Spend per hour now"])
        for panel in trends:
            target, = panel["targets"]
            self.assertRegex(target["expr"], r"^\(.*\) or \(vector\(NaN\) and on \(\) vector\(time\(\)\) >= max_over_time\(.* @ end\(\)\)\)$")
            self.assertEqual(panel["options"]["reduceOptions"]["calcs"], ["last"])
            # A number without a name stands in the middle of the card, upon the graph.
            self.assertEqual(panel["options"]["textMode"], "value_and_name")

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

    def test_powers_of_ten_on_an_axis_are_round(self):
        """Of 100 s Grafana's own unit makes 1.67 mins; what takes milliseconds is written shorter in it."""
        short = {panel["title"] for _, panel in self.each_panel() if panel["type"] == "timeseries"
                 and panel["fieldConfig"]["defaults"]["custom"].get("scaleDistribution") and panel["fieldConfig"]["defaults"]["unit"] != SECONDS}
        self.assertEqual(short, {"Collector duration", "LiteLLM's own latency (overhead)"})

    def test_what_is_per_second_has_such_a_unit(self):
        for document, panel in self.each_panel():
            if "per second" in panel["description"] or "a second of a stream" in panel["description"]:
                self.assertIn(panel["fieldConfig"]["defaults"]["unit"], {"reqps", *PER_SECOND})


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

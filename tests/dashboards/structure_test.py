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
UNITS = {"short", "s", "bytes", "reqps", "percentunit", "currencyUSD", "dateTimeFromNow"}
SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^}]*\})?")


def exceptions():
    """What dashboards/.lint excuses: metrics by the rule that they need not follow."""
    rules = yaml.safe_load((FOLDER / ".lint").read_text(encoding="utf-8"))["exclusions"]
    return {name: [re.compile(pattern) for pattern in rule["metrics"]] for name, rule in rules.items()}


def selectors(expression):
    """(metric, its matchers) for every selector of an expression."""
    names = names_in(expression)
    for match in SELECTOR.finditer(re.sub(r"\b(?:by|on|ignoring|without)\s*\([^)]*\)", "", expression)):
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
            self.assertLessEqual({"job", "instance"}, {variable["name"] for variable in others})
            for variable in others:
                self.assertEqual(variable["datasource"]["uid"], "${datasource}")
                self.assertEqual((variable["refresh"], variable["multi"], variable["allValue"]), (2, True, ".+"))
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
                    allowed |= {"$__range", "1d", "30d"} if function == "increase" else set()
                    self.assertIn(window, allowed, expression)

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
                metric = re.fullmatch(r"label_values\((\w+)(?:\{.*\})?, \w+\)", variable["definition"])[1]
                self.assertIn(metric, known, name)

    def test_links_lead_to_dashboards_that_exist(self):
        text = json.dumps(list(DASHBOARDS.values()))
        links = set(re.findall(r"/d/([\w-]+)", text))
        self.assertTrue(links)
        self.assertLessEqual(links, UIDS)

    def test_good_and_bad_are_not_told_by_red_and_green(self):
        text = (FOLDER / "source" / "lib" / "colours.libsonnet").read_text(encoding="utf-8")
        safe = set(re.findall(r"#[0-9A-F]{6}", text)) | {"text"}
        for document, panel in self.each_panel():
            steps = panel["fieldConfig"]["defaults"].get("thresholds", {}).get("steps", [])
            self.assertLessEqual({step["color"] for step in steps}, safe)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

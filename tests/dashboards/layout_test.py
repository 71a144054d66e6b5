# SPDX-License-Identifier: Apache-2.0
"""What a reader sees of the dashboards on a laptop of 1440 pixels: what is cut, hidden or in the wrong place."""

import re
import sys
import unittest

import yaml

from dashboard_case import DASHBOARDS, DashboardCase
from dashboards import FOLDER, MONEY, overridden, pages, panels

# Titles of one word that a search understands: what a panel counts or watches.
PLAIN = {"LiteLLM", "Ready", "Database", "Exporter", "Requests", "Tokens", "Spend", "Budgets"}
# Pixels of a column of the grid at a width of 1440, of a title's letter, and of what stands around it in its panel.
COLUMN, LETTER, AROUND = 58.6, 7.4, 53


class Layout(DashboardCase):
    def test_titles_are_not_cut(self):
        for document, panel in self.each_panel():
            # Grafana says a time range of its own beside the title.
            room = COLUMN * panel["gridPos"]["w"] - AROUND - (90 if "timeFrom" in panel else 0)
            self.assertLess(LETTER * len(panel["title"]), room)

    def test_titles_say_what_it_is_to_who_finds_them_by_a_search(self):
        for document in self.each():
            for panel in (panel for page in pages(document) for panel in page):
                self.assertNotIn("?", panel["title"])
                if panel["type"] != "row":
                    self.assertTrue(panel["title"] in PLAIN or len(re.findall(r"\w+", panel["title"])) > 1, panel["title"])
        text = " ".join(panel["title"] for document in DASHBOARDS.values() for panel in panels(document))
        for word in ("p50, p95, p99", "TTFT", "Error rate", "Spend per hour", "Cost per 1M tokens", "Critical alerts", "Context window",
                     "Budget used", "status over time", "baselines", "Refused requests", "Samples per scrape", "Collector status", "status codes", "CPU", "Cache hit rate"):
            self.assertIn(word.lower(), text.lower())

    def test_panels_do_not_overlap_and_fill_their_lines(self):
        for document in self.each():
            for page in pages(document):
                taken = {}
                for panel in page:
                    at = panel["gridPos"]
                    for x in range(at["x"], at["x"] + at["w"]):
                        for y in range(at["y"], at["y"] + at["h"]):
                            self.assertLess(x, 24)
                            self.assertNotIn((x, y), taken, f"{panel['title']} over {taken.get((x, y))}")
                            taken[x, y] = panel["title"]
            ids = [panel["id"] for page in pages(document) for panel in page]
            self.assertEqual(len(ids), len(set(ids)))

    def test_panels_side_by_side_fill_a_line_and_are_equally_high(self):
        for document in self.each():
            for page in pages(document):
                lines = {}
                for panel in page:
                    lines.setdefault(panel["gridPos"]["y"], []).append(panel)
                for line in lines.values():
                    self.assertEqual(sum(panel["gridPos"]["w"] for panel in line), 24, [panel["title"] for panel in line])
                    self.assertEqual(len({panel["gridPos"]["h"] for panel in line}), 1, [panel["title"] for panel in line])

    def test_the_first_screen_of_a_laptop_has_a_graph_and_the_alerts(self):
        """900 pixels, of which the browser and Grafana's own head leave 760, are twenty lines of 38."""
        places = {panel["title"]: panel["gridPos"] for panel in DASHBOARDS["litellm-overview"]["panels"]}
        self.assertLess(places["Alerts that fire"]["y"] + places["Alerts that fire"]["h"], 20)
        self.assertLess(min(panel["gridPos"]["y"] for panel in DASHBOARDS["litellm-overview"]["panels"]
                            if panel["type"] == "timeseries"), 19)

    def test_columns_of_the_alerts_fit(self):
        """Half a laptop's screen is 690 pixels; a column without a width has 150 or more."""
        panel, = (panel for panel in panels(DASHBOARDS["litellm-overview"]) if panel["title"] == "Alerts that fire")
        self.assertEqual(panel["gridPos"]["w"], 12)
        widths = {heading: value for heading, key, value in overridden(panel) if key == "custom.width"}
        self.assertLessEqual(sum(widths.values()) + 200, 670)
        names = [rule["alert"] for path in (FOLDER.parent / "rules" / "alerts").glob("*.yml")
                 for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"] for rule in group["rules"] if "alert" in rule]
        # A letter of a table is 7.7 pixels wide on average.
        self.assertLess(7.7 * max(map(len, names)), widths["Alert"])

    def test_all_columns_of_a_table_are_in_its_panel(self):
        """A column without a width has 150 pixels or more."""
        for document, panel in self.each_panel():
            if panel["type"] == "table":
                unseen = {heading for heading, key, _ in overridden(panel) if key == "custom.hidden"}
                widths = {heading: value for heading, key, value in overridden(panel) if key == "custom.width"}
                shown = set(panel["transformations"][-1]["options"]["renameByName"].values()) - unseen
                self.assertLessEqual(sum(widths.get(heading, 150) for heading in shown), COLUMN * panel["gridPos"]["w"] - 24)

    def test_an_empty_cell_does_not_speak_of_an_empty_table(self):
        """Labels that only some rows have are empty in the others, and Grafana says there what it says of no rows at all."""
        found = 0
        for document, panel in self.each_panel():
            if panel["type"] != "table":
                continue
            renamed = panel["transformations"][-1]["options"]["renameByName"]
            said = {heading: value for heading, key, value in overridden(panel) if key == "noValue"}
            unseen = {heading for heading, key, value in overridden(panel) if key == "custom.hidden" and value}
            self.assertEqual({heading: said.get(heading) for heading in set(renamed.values()) - unseen},
                             {heading: "-" for heading in set(renamed.values()) - unseen})
            found += len(unseen)
        self.assertGreater(found, 4)

    def test_long_names_stand_in_tables(self):
        """Bars share a panel's width with their names, and cut two of one family so that they look alike."""
        for document, panel in self.each_panel():
            self.assertNotEqual(panel["type"], "bargauge")

    def test_names_of_columns_in_links_exist(self):
        found = 0
        for document, panel in self.each_panel():
            if panel["type"] != "table":
                continue
            headings = set(panel["transformations"][-1]["options"]["renameByName"].values())
            for heading, key, links in overridden(panel):
                if key == "links":
                    self.assertIn(heading, headings)
                    for link in links:
                        used = {name or quoted for name, quoted in re.findall(r'__data\.fields(?:\.(\w+)|\["([^"]+)"\])', link["url"])}
                        self.assertTrue(used and used <= headings, link["url"])
                        found += 1
        self.assertGreater(found, 6)

    def test_a_bar_is_full_at_the_greatest_of_its_own_column(self):
        found = 0
        for document, panel in self.each_panel():
            if panel["type"] == "table":
                said = {(heading, key) for heading, key, value in overridden(panel) if key != "custom.cellOptions" or value["type"] == "gauge"}
                for heading in {heading for heading, key in said if key == "custom.cellOptions"}:
                    self.assertTrue({(heading, "max"), (heading, "fieldMinMax")} & said, heading)
                    found += 1
        self.assertGreater(found, 10)

    def test_every_name_leads_to_its_dashboard(self):
        """Of a model, provider, team and key in a table, a line, a state or a card."""
        found = set()
        for document, panel in self.each_panel():
            defaults = panel["fieldConfig"]["defaults"]
            if panel["type"] == "table":
                renamed = panel["transformations"][-1]["options"]["renameByName"]
                unseen = {heading for heading, key, _ in overridden(panel) if key == "custom.hidden"}
                led = {heading for heading, key, _ in overridden(panel) if key == "links"}
                named = {heading for label, heading in renamed.items()
                         if label in ("model", "requested_model", "provider", "key_alias") or heading in ("Team", "Key", "Whose")}
                self.assertLessEqual(named - unseen, led)
                found |= named - unseen
                continue
            legends = "".join(target["legendFormat"] for target in panel["targets"])
            labels = set(re.findall(r"{{(model|provider|text)}}", legends))
            if labels and not (panel["title"].endswith("by value") or panel["type"] == "heatmap"):
                self.assertRegex(defaults["links"][0]["url"], r"=\$\{__field\.labels\.(model|provider|team|key):percentencode\}")
                found |= labels
        self.assertLessEqual({"Model", "Provider", "Team", "Key", "Alias", "Whose", "Asked for", "model", "provider", "text"}, found)

    def test_who_is_no_one_leads_nowhere(self):
        for document, panel in self.each_panel():
            for override in panel["fieldConfig"]["overrides"]:
                if panel["type"] == "timeseries" and override["matcher"]["options"] == "other" and "links" in panel["fieldConfig"]["defaults"]:
                    self.assertIn({"id": "links", "value": []}, override["properties"])

    def test_a_name_in_a_table_is_no_link_of_its_own(self):
        """A hidden column has where it leads to: "other" and "no team" are nobody."""
        found = 0
        for document, panel in self.each_panel():
            if panel["type"] == "table":
                unseen = {heading for heading, key, _ in overridden(panel) if key == "custom.hidden"}
                led = [name or quoted for _, key, links in overridden(panel) if key == "links"
                       for name, quoted in re.findall(r'var-\w+=\$\{__data\.fields(?:\.(\w+)|\["([^"]+)"\])', links[0]["url"])]
                self.assertLessEqual(set(led), unseen, panel["title"])
                found += len(led)
        self.assertGreater(found, 8)

    def test_a_state_timeline_without_data_is_no_grey_wall(self):
        """Grafana has no text of ours for it: a line named after the reason stands there, and is not filled."""
        found = 0
        for document, panel in self.each_panel():
            if panel["type"] != "state-timeline":
                continue
            for target in panel["targets"]:
                for reason in re.findall(r' - 1, "\w+", "([^"]+)", "", ""\) unless', target["expr"]):
                    found += 1
                    override, = panel["fieldConfig"]["overrides"]
                    self.assertEqual(override["matcher"], {"id": "byRegexp", "options": f"/^{reason} *$/"})
                    self.assertIn({"id": "custom.fillOpacity", "value": 0}, override["properties"])
        self.assertGreater(found, 4)

    def test_ids_are_cut_where_they_fit(self):
        """A column cuts what is too long without a sign of it: a whole id is for links."""
        for document, panel in self.each_panel():
            if panel["type"] != "table":
                continue
            shown = set(panel["transformations"][-1]["options"]["renameByName"])
            unseen = {heading for heading, key, _ in overridden(panel) if key == "custom.hidden"}
            shown -= {label for label, heading in panel["transformations"][-1]["options"]["renameByName"].items() if heading in unseen}
            self.assertLessEqual(shown & {"id", "key", "team", "deployment"}, set())

    def test_money_has_cents(self):
        for document, panel in self.each_panel():
            if panel["type"] == "stat":
                money = panel["fieldConfig"]["defaults"]["unit"] == MONEY
                self.assertNotEqual(panel["fieldConfig"]["defaults"]["unit"], "currencyUSD")
                if money:
                    self.assertEqual(panel["fieldConfig"]["defaults"]["decimals"], 2)
            if panel["type"] == "table":
                units = {heading: value for heading, key, value in overridden(panel) if key == "unit"}
                self.assertNotIn("currencyUSD", units.values())
                self.assertEqual({heading for heading, unit in units.items() if unit == MONEY},
                                 {heading for heading, key, value in overridden(panel) if (key, value) == ("decimals", 2)})

    def test_a_legend_hides_no_graph_and_names_the_greatest_first(self):
        for document, panel in self.each_panel():
            if panel["type"] != "timeseries":
                continue
            legend = panel["options"]["legend"]
            if legend["placement"] == "bottom":
                self.assertEqual(legend["calcs"], [])
                continue
            self.assertLessEqual(len(legend["calcs"]), 2)
            self.assertEqual((legend["sortBy"], legend["sortDesc"]), ("Last *", True))
            # Those of models, keys and deployments have forty letters, which are half of a panel of 12.
            if re.search(r"{{(model|text|value|exception_class)}}", "".join(target["legendFormat"] for target in panel["targets"])):
                self.assertGreaterEqual(panel["gridPos"]["w"], 16)

    def test_lines_that_overlap_are_not_filled(self):
        for document, panel in self.each_panel():
            if panel["type"] != "timeseries" or panel["fieldConfig"]["defaults"]["custom"]["stacking"]["mode"] == "normal":
                continue
            custom = panel["fieldConfig"]["defaults"]["custom"]
            if len(panel["targets"]) > 3 or any("{{" in target["legendFormat"] for target in panel["targets"]):
                self.assertEqual(custom["fillOpacity"], 0)
            # A value between two gaps is a point or nothing.
            self.assertEqual((custom["spanNulls"], custom["showPoints"]), (False, "auto"))

    def test_quantiles_do_not_press_each_other_to_the_floor(self):
        found = 0
        for document, panel in self.each_panel():
            if panel["type"] == "timeseries" and {"p50", "p95"} <= {target["legendFormat"] for target in panel["targets"]}:
                found += 1
                defaults = panel["fieldConfig"]["defaults"]
                self.assertEqual(defaults["custom"]["scaleDistribution"], {"type": "log", "log": 10})
                self.assertNotIn("min", defaults, "a logarithm has no zero")
        self.assertGreater(found, 4)

    def test_nothing_can_be_said_of_counters_that_are_born_at_zero(self):
        """A text for "there was none" is never shown where each kind has a line of zeros."""
        for metric in ("litellm_exporter_poll_failures_total", "litellm_exporter_series_overflow_total"):
            expression, = (target["expr"] for document in DASHBOARDS.values() for panel in panels(document)
                           for target in panel["targets"] if metric in target["expr"])
            self.assertRegex(expression, r" > 0$")

    def test_requests_of_a_heat_map_are_counted_once(self):
        """The windows of neighbouring steps overlap: what happens in them may be a rate, and no number."""
        for document, panel in self.each_panel():
            if panel["type"] == "heatmap":
                self.assertRegex(panel["targets"][0]["expr"], r"rate\(\w+_bucket\{[^}]*\}\[\$__rate_interval\]\)")
                self.assertEqual((panel["options"]["cellValues"]["unit"], panel["options"]["yAxis"]["unit"]), ("reqps", "s"))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

# SPDX-License-Identifier: Apache-2.0
"""The colours of the dashboards: seen by everybody, and the same for the same meaning."""

import sys
import unittest

from dashboard_case import DashboardCase
from dashboards import mapped, palette

# The ground of a panel in Grafana's dark theme.
DARK = "#181B1F"
# Every value that the expressions of a state timeline can give, by its title, and the colour it must have.
STATES = {
    "Which part, and since when": {0: "bad", 1: "good", 2: "bad", 3: "warning", -1: "other", -2: "other"},
    "Proxies": {0: "bad", 1: "bad", 2: "warning", 3: "good", -1: "other"},
    "Providers": {0: "good", 0.0999: "good", 0.1001: "warning", 0.4999: "warning", 0.5: "bad", 1: "bad", -1: "other"},
    "Health checks of deployments": {0: "bad", 1: "good", -1: "other"},
    "Answers of the proxies": {0: "bad", 200: "good", 204: "good", 302: "warning", 401: "warning", 500: "bad", 503: "bad", -1: "other"},
    "Success": {0: "bad", 1: "good"},
    "Where requests come from": {0: "bad", 1: "good"},
}


def contrast(one, other):
    """As the Web Content Accessibility Guidelines reckon it, from 1 to 21."""
    def luminance(colour):
        channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear))
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def values_of(key, node):
    """Every value of a key, however deep."""
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name == key)
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from values_of(key, child)


class Colours(DashboardCase):
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


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

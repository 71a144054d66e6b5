# SPDX-License-Identifier: Apache-2.0
"""The colours of the dashboards: seen by everybody, and the same for the same meaning."""

import itertools
import math
import sys
import unittest

from dashboard_case import DashboardCase
from dashboards import mapped, palette

# The ground of a panel in Grafana's dark theme and in its light one, and the white letters of a filled card.
GROUNDS = ("#181B1F", "#FFFFFF")
WHITE = "#F7F8FA"
# Names that Grafana's themes give a colour each, the dark one's first.
NAMED = {"text": ("#CCCCDC", "#24292E"), "red": ("#F2495C", "#E02F44")}
# What is left of linear red, green and blue where a kind of cone is missing (Machado, Oliveira and Fernandes, 2009).
BLINDNESS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}
# Every value that the expressions of a state timeline can give, by its title, and the colour it must have.
STATES = {
    "Component status over time": {0: "bad", 1: "good", 2: "bad", 3: "warning", -1: "other", -2: "other"},
    "Proxy health": {0: "bad", 1: "bad", 2: "warning", 3: "good", -1: "other"},
    "Provider health": {0: "good", 0.0999: "good", 0.1001: "warning", 0.4999: "warning", 0.5: "bad", 1: "bad", -1: "other"},
    "Health checks of deployments": {0: "bad", 1: "good", -1: "other"},
    "Health-check status codes": {0: "bad", 200: "good", 204: "good", 302: "warning", 401: "warning", 500: "bad", 503: "bad", -1: "other"},
    "Collector status": {0: "bad", 1: "good"},
    "Source of requests": {0: "bad", 1: "good"},
}


def linear(colour):
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def weighted(weights, values):
    return sum(weight * value for weight, value in zip(weights, values))


def contrast(one, other):
    """As the Web Content Accessibility Guidelines reckon it, from 1 to 21."""
    low, high = sorted(weighted((0.2126, 0.7152, 0.0722), linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def seen(colour, blindness):
    """Where it lies in CIE L*a*b*, in which distances are as far as they look."""
    red, green, blue = (min(max(weighted(row, linear(colour)), 0), 1) for row in BLINDNESS[blindness])
    x, y, z = ((t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116) for t in (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


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
        safe = {*palette().values(), *NAMED}
        for document in self.each():
            used = {colour for key in ("color", "fixedColor", "iconColor") for colour in values_of(key, document)
                    if isinstance(colour, str)}
            self.assertLessEqual(used, safe)

    def test_colours_can_be_seen_on_dark_and_on_light_panels(self):
        for colour in palette().values():
            for ground in (*GROUNDS, WHITE):
                self.assertGreaterEqual(contrast(colour, ground), 3, f"{colour} on {ground}")

    def test_good_bad_and_doubtful_look_different_to_the_colour_blind(self):
        colours = palette()
        for blindness in BLINDNESS:
            for one, other in itertools.combinations(("good", "warning", "bad"), 2):
                self.assertGreater(math.dist(seen(colours[one], blindness), seen(colours[other], blindness)), 30, (one, other))

    def test_small_letters_have_colours_that_can_be_read(self):
        for colour in NAMED.values():
            for name, ground in zip(colour, GROUNDS):
                self.assertGreaterEqual(contrast(name, ground), 4.5, name)
        coloured = 0
        for document, panel in self.each_panel():
            if panel["type"] != "table":
                continue
            self.assertEqual({step["color"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]}, {"text"})
            for override in panel["fieldConfig"]["overrides"]:
                properties = {each["id"]: each["value"] for each in override["properties"]}
                cell = properties.get("custom.cellOptions", {"type": "auto"})
                if cell["type"] == "gauge":
                    self.assertEqual(cell["valueDisplayMode"], "text", "the number beside a bar has no colour")
                    continue
                self.assertIn(cell["type"], ("auto", "color-text"))
                used = {colour for key in ("color", "fixedColor") for colour in values_of(key, properties) if isinstance(colour, str)}
                self.assertLessEqual(used, set(NAMED), panel["title"])
                coloured += bool(used)
        self.assertGreater(coloured, 0)

    def test_cards_without_a_state_are_plain_numbers(self):
        for document, panel in self.each_panel():
            if panel["type"] != "stat":
                continue
            defaults = panel["fieldConfig"]["defaults"]
            # A gradient ends in a colour that nobody chose.
            self.assertIn(panel["options"]["colorMode"], ("value", "background_solid"))
            if panel["options"]["colorMode"] == "value" and defaults["color"]["mode"] == "fixed":
                self.assertEqual(defaults["color"]["fixedColor"], "text")

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

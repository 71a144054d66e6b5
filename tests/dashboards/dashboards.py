# SPDX-License-Identifier: Apache-2.0
"""The dashboards as they are shipped, and what Grafana would make of their expressions."""

import json
import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "dashboards"
# The unit of amounts: without Grafana's thousands, in which nobody finds a cent.
MONEY = "prefix:$"
# What Grafana puts in, for a page of an hour and a scrape interval of some seconds.
_BUILT_IN = {"$__rate_interval": "1m", "$__range": "1h", "$__interval": "15s"}


def load():
    """Documents by the name of their file."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def pages(dashboard):
    """What is seen at once: the page, and the inside of each folded row."""
    return [dashboard["panels"], *(panel["panels"] for panel in dashboard["panels"] if panel.get("collapsed"))]


def panels(dashboard):
    """Those that show data, within folded rows too."""
    return [panel for page in pages(dashboard) for panel in page if panel["type"] not in ("row", "text")]


def variables(dashboard):
    return dashboard["templating"]["list"]


def filled(expression, dashboard):
    """With every variable at "All"."""
    for name, value in _BUILT_IN.items():
        expression = expression.replace(name, value)
    for variable in variables(dashboard)[1:]:
        expression = re.sub(rf"\$(?:{variable['name']}\b|\{{{variable['name']}\}})", variable["allValue"], expression)
    return expression


def expressions(dashboard):
    """(panel's title, expression with its variables filled in)."""
    return [(panel["title"], filled(target["expr"], dashboard))
            for panel in panels(dashboard) for target in panel["targets"]]


def overridden(panel):
    """(name, property, value) of what is said of single columns and lines."""
    return [(override["matcher"]["options"], each["id"], each["value"])
            for override in panel["fieldConfig"]["overrides"] for each in override["properties"]]


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

# SPDX-License-Identifier: Apache-2.0
"""The tables of rules/README.md, from the alerts."""

import re

import yaml

from . import marked

PAGE = "rules/README.md"


def _summary(text):
    # What alone a firing alert has is not known here.
    return re.sub(r"\{\{.*?\}\}", "…", text).rstrip(".")


def _categories():
    """(file's name, its alerts) in alphabetical order."""
    for path in sorted((marked.ROOT / "rules" / "alerts").glob("*.yml")):
        groups = yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        yield path.stem, [rule for group in groups for rule in group["rules"] if "alert" in rule]


def number():
    """One that has several severities or windows counts once."""
    return len({rule["alert"] for _, rules in _categories() for rule in rules})


def table(_):
    text = ""
    for category, rules in _categories():
        told = {}
        for rule in rules:
            severities, _ = told.setdefault(rule["alert"], ([], _summary(rule["annotations"]["summary"])))
            severity = rule["labels"]["severity"]
            if severity not in severities:
                severities.append(severity)
        text += f"### {category}\n\n" + marked.rows(("alert", "severity", ""), [
            (f"[{name}](runbooks/{name}.md)", ", ".join(severities), summary)
            for name, (severities, summary) in told.items()]) + "\n"
    return text.rstrip("\n") + "\n"

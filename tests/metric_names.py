# SPDX-License-Identifier: Apache-2.0
"""Which metrics an expression reads, and which exist."""

import re
from pathlib import Path

import yaml

_ROOT = Path(__file__).parents[1]
_DATA = _ROOT / "tests" / "data"
# Names that Prometheus itself makes.
_BUILT_IN = {"up", "ALERTS", "scrape_duration_seconds", "scrape_samples_scraped"}


def names_in(expression):
    """The metric names of an expression: what stands before a selector, a window or alone."""
    expression = re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', '""', expression)
    expression = re.sub(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", expression)
    expression = re.sub(r"\{[^}]*\}", " ", expression)
    expression = re.sub(r"\[[^\]]*\]|offset\s+\w+", " ", expression)
    words = re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*(?!\s*\(|[a-zA-Z0-9_:])", expression)
    return {word for word in words if "_" in word or ":" in word or word == "up"} - {"group_left", "group_right"}


def _exporter_metrics():
    names = set()
    for line in (_DATA / "metrics.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, kind = line.split()[:2]
        names |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "histogram" else {name}
    return names


def _third_party_metrics():
    lines = (_DATA / "third-party-metrics.txt").read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines if line and not line.startswith("#")}


def known_names():
    """What the exporter publishes, what the rules record, and what was looked up in other exporters."""
    return _exporter_metrics() | _third_party_metrics() | _recorded() | _BUILT_IN


def _recorded():
    names = set()
    for path in (_ROOT / "rules").glob("*/*.yml"):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            names |= {rule["record"] for rule in group["rules"] if "record" in rule}
    return names

# SPDX-License-Identifier: Apache-2.0
"""Whole days through the rules: series in, and who is told of what, from when to when, out.

A day is written as numbers of events by minute; counters come of it. `promtool test rules` evaluates the
rules and is asked for ALERTS at every step; what Alertmanager would inhibit is taken away.
"""

import random
import re
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
CONFIG = ROOT / "compose" / "alertmanager" / "alertmanager.yml"

HOUR, DAY = 60, 1440
WHO = 'job="e", instance="i"'


class Told(NamedTuple):
    name: str
    severity: str
    labels: str
    start: int
    end: int


def arrivals(minutes, rate, phase=0):
    """Events by minute: evenly spaced at a steady rate; `rate` is a number or a function of the minute."""
    due, made = phase, []
    for minute in range(minutes):
        due += rate(minute) if callable(rate) else rate
        made.append(int(due))
        due -= int(due)
    return made


def scattered(minutes, rate, seed):
    """Events by minute as people make them: any number, around the rate."""
    chance = random.Random(seed)
    made = []
    for minute in range(minutes):
        mean = rate(minute) if callable(rate) else rate
        made.append(max(0, round(chance.gauss(mean, mean ** 0.5))) if mean > 50 else _poisson(chance, mean))
    return made


def _poisson(chance, mean):
    count, time = 0, chance.expovariate(1)
    while time < mean:
        count, time = count + 1, time + chance.expovariate(1)
    return count


def counter(events):
    total, values = 0, [0]
    for number in events[:-1]:
        total += number
        values.append(round(total, 6))
    return values


def labels(**pairs):
    return "{" + ", ".join([WHO, *(f'{name}="{value}"' for name, value in pairs.items())]) + "}"


def written(values):
    """Values as promtool reads them: what repeats is written once."""
    parts, at = [], 0
    while at < len(values):
        end = at
        while end + 1 < len(values) and values[end + 1] == values[at]:
            end += 1
        text = "_" if values[at] is None else f"{values[at]}"
        parts.append(f"{text}x{end - at}" if end > at else text)
        at = end + 1
    return " ".join(parts)


class Source(NamedTuple):
    """What requests are counted from."""
    # Minutes from one look at it to the next; LiteLLM's daily sums are written once a minute, and looked at
    # more seldom where they are large.
    every: int = 1
    # Whether it names exception classes.
    names_exceptions: bool = True
    # Minutes until it knows the code of a failure; None: never.
    codes_after: int | None = 0


SOURCES = {"log": Source(), "ledger": Source(names_exceptions=False, codes_after=1),
           "daily": Source(every=2, names_exceptions=False, codes_after=None)}


def bundled(events, every):
    """What is looked at every so many minutes."""
    return [sum(events[minute - every + 1:minute + 1]) if minute % every == every - 1 else 0 for minute in range(len(events))]


class Day:
    """A deployment with one proxy that is up; each method adds series."""

    def __init__(self, minutes, source="log"):
        self.minutes = minutes
        self.source = SOURCES[source]
        self.series = {}
        for name in ("up", "litellm_exporter_database_up"):
            self.gauge(name + labels(), 1)
        for name in ("litellm_up", "litellm_ready"):
            self.gauge(name + labels(proxy="p"), 1)

    def gauge(self, name, value):
        self.series[name] = [value(minute) if callable(value) else value for minute in range(self.minutes)]

    def count(self, name, events):
        self.series[name] = counter(events)

    def requests(self, good, model="m", provider="a"):
        self.count("litellm_requests_total" + labels(model=model, provider=provider, status="success"),
                   bundled(good, self.source.every))

    def failures(self, bad, model="m", provider="a", exception="InternalServerError", code="500"):
        bad = bundled(bad, self.source.every)
        self.count("litellm_requests_total" + labels(model=model, provider=provider, status="failure"), bad)
        if not self.source.names_exceptions:
            exception = "unknown"
        if self.source.codes_after is None:
            code = "unknown"
        late = self.source.codes_after or 0
        self.count("litellm_errors_total" + labels(model=model, provider=provider, exception_class=exception,
                                                   status_code=code), [0] * late + bad[:len(bad) - late])

    def replay(self, *alerts, step=1, start=0):
        """What the alerts of these files tell, and when, in minutes."""
        return _spans(self._alerts(alerts, step, start), step)

    def _alerts(self, alerts, step, start):
        asked = range(start, self.minutes, step)
        test = {"interval": "1m",
                "input_series": [{"series": name, "values": written(values)} for name, values in self.series.items()],
                "promql_expr_test": [{"expr": 'ALERTS{alertstate="firing"}', "eval_time": f"{minute}m",
                                      "exp_samples": [{"labels": "{never='so'}", "value": 1}]} for minute in asked]}
        recorded = {"requests", "availability"} | {"slo", "latency"} & set(alerts)
        files = [*(RULES / "recording" / f"{name}.yml" for name in sorted(recorded)),
                 *(RULES / "alerts" / f"{name}.yml" for name in alerts)]
        groups = [group["name"] for path in files for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]]
        with tempfile.NamedTemporaryFile("w", suffix=".test.yml") as file:
            yaml.safe_dump({"rule_files": [str(path) for path in files], "evaluation_interval": f"{step}m",
                            "group_eval_order": groups, "tests": [test]}, file)
            file.flush()
            done = subprocess.run(["promtool", "test", "rules", file.name], capture_output=True, text=True, timeout=3600)
        return _firing(done.stdout + done.stderr, len(asked))


def _firing(output, wanted):
    """The alerts of each minute, of what promtool says it got."""
    firing = {}
    for time, got in re.findall(r"(?s)time: ([0-9wdhms]+),\s+exp:.*?got:(.*?)\n", output):
        minute = sum(int(number) * {"w": 10080, "d": 1440, "h": 60, "m": 1, "s": 0}[unit] for number, unit in re.findall(r"(\d+)([wdhms])", time))
        firing[minute] = [dict(re.findall(r'(\w+)=\\?"(.*?)\\?"', text)) for text in re.findall(r"{([^{}]*)}", got)]
    if len(firing) != wanted:
        raise RuntimeError(f"promtool answered {len(firing)} of {wanted}: {output[:2000]}")
    return firing


def _inhibitions():
    for rule in yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["inhibit_rules"]:
        yield _matchers(rule["source_matchers"]), _matchers(rule["target_matchers"]), rule["equal"]


def _matchers(texts):
    return [re.fullmatch(r'(\w+)(=~|!=|=)"(.*)"', text).groups() for text in texts]


def _matches(matchers, alert):
    return all({"=": alert.get(label, "") == value, "!=": alert.get(label, "") != value,
                "=~": re.fullmatch(value, alert.get(label, "")) is not None}[operator]
               for label, operator, value in matchers)


def _told(alerts, inhibitions):
    """Without those that another silences, and those that nobody hears of."""
    for target in alerts:
        if target["severity"] in ("info", "none"):
            continue
        if not any(_matches(targets, target) and any(
                source is not target and _matches(sources, source)
                and all(source.get(label, "") == target.get(label, "") for label in equal) for source in alerts)
                for sources, targets, equal in inhibitions):
            yield target


def _spans(firing, step):
    inhibitions = list(_inhibitions())
    seen = defaultdict(list)
    for minute, alerts in sorted(firing.items()):
        for alert in _told(alerts, inhibitions):
            own = {name: value for name, value in alert.items()
                   if name not in ("__name__", "alertname", "alertstate", "severity", "category", "job", "instance")}
            seen[(alert["alertname"], alert["severity"], ",".join(f"{k}={v}" for k, v in sorted(own.items())))].append(minute)
    spans = []
    for key, minutes in seen.items():
        start = minutes[0]
        for before, now in zip(minutes, [*minutes[1:], None]):
            if now != before + step:
                spans.append(Told(*key, start, before))
                start = now
    return sorted(spans, key=lambda told: told.start)

# SPDX-License-Identifier: Apache-2.0
"""Durations as Prometheus writes them: 500ms, 60s, 5m, 1h30m."""

import argparse
import re

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


def duration(text):
    """Seconds; for the `type` of an argparse option."""
    if not re.fullmatch(r"(\d+(ms|s|m|h|d))+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration such as 60s or 5m")
    return sum(int(number) * _SECONDS[unit] for number, unit in re.findall(r"(\d+)(ms|[smhd])", text))

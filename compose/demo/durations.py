# SPDX-License-Identifier: Apache-2.0
"""Durations as Prometheus writes them: 500ms, 60s, 5m, 1h30m, 2w."""

import argparse
import re

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
# For a place in a longer pattern; it has no group of its own.
PATTERN = r"(?:\d+(?:ms|[smhdw]))+"


def duration(text):
    """Seconds; for the `type` of an argparse option."""
    if not re.fullmatch(PATTERN, text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration such as 60s or 5m")
    return sum(int(number) * _SECONDS[unit] for number, unit in re.findall(r"(\d+)(ms|[smhdw])", text))

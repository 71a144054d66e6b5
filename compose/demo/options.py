# SPDX-License-Identifier: Apache-2.0
"""The options of the quick start; compose/quickstart holds their help."""

import argparse
import contextlib
import sys

from . import drills
from .durations import duration
from .modes import MODES

_DEFAULT_CHECK_SECONDS = 60


def _rate(text):
    with contextlib.suppress(ValueError):
        if 0 < float(text) <= 1000:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0 and up to 1000")


def parse(words):
    parser = argparse.ArgumentParser(
        prog="compose/quickstart", usage="compose/quickstart [OPTION]..., see --help", add_help=False)
    parser.add_argument("--for", dest="seconds", type=duration)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--rate", type=_rate, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=MODES, default="log")
    parser.add_argument("--drill", dest="drills", action="append", choices=[drill.__name__ for drill in drills.ALL])
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(words)
    if options.check and options.seconds is None:
        options.seconds = _DEFAULT_CHECK_SECONDS
    return options


if __name__ == "__main__":
    parse(sys.argv[1:])

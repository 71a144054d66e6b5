# SPDX-License-Identifier: Apache-2.0
"""The quick start after the build: runs the stack, shows the table, checks if asked to."""

import os
import signal
import sys

import psycopg2

from . import options as command_line
from .checks import run_checks
from .stack import Stack, say
from .watch import watch

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _ignore_stop_signals():
    """From here on everything is stopped in order, however often Ctrl-C is pressed."""
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _interrupt(_number, _frame):
    _ignore_stop_signals()
    raise KeyboardInterrupt


def main():
    options = command_line.parse(sys.argv[1:])
    for number in _STOP_SIGNALS:
        signal.signal(number, _interrupt)
    passed = True
    try:
        with Stack(os.environ.get("DATABASE_URL") or None, options.rate, options.seed, options.keep,
                   lapse=options.check, mode=options.mode) as stack:
            watch(stack, options.seconds)
            stack.stop_traffic()
            if options.check:
                passed = run_checks(stack, options.drills)
            _ignore_stop_signals()
    except KeyboardInterrupt:
        if options.check:
            passed = False
            print("FAIL interrupted before the checks", file=sys.stderr)
    except (OSError, RuntimeError, psycopg2.Error) as error:
        print(f"quickstart: {error}".strip(), file=sys.stderr)
        return 1
    say("Stopped", "everything")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())

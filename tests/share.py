#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one share of a file's tests: `share.py FILE NUMBER OF` runs each OF-th from the NUMBER-th on.

Tests that wait for the clocks of the product wait side by side that way. Every test is in exactly one share.
"""

import sys
import unittest
from pathlib import Path


def one_by_one(tests):
    """In the order in which unittest would run them."""
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield from one_by_one(test)
        else:
            yield test


def main(file, number, of):
    # The file finds what it shares with its neighbours, as if it were started itself.
    sys.path.insert(0, str(Path(file).parent))
    tests = list(one_by_one(unittest.defaultTestLoader.loadTestsFromName(Path(file).stem)))
    share = unittest.TestSuite(tests[int(number) - 1::int(of)])
    if not share.countTestCases():
        sys.exit(f"{file} has {len(tests)} tests, too few for {of} shares")
    return unittest.TextTestRunner(verbosity=2).run(share).wasSuccessful()


if __name__ == "__main__":
    sys.exit(not main(*sys.argv[1:]))

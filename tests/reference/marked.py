# SPDX-License-Identifier: Apache-2.0
"""Tables of a page that repeat something else: between a comment that says what, and one that ends it.

    <!-- KIND: ARGUMENTS -->
    | made | from |
    <!-- end -->
"""

import os
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_END = "<!-- end -->"


def arguments(page, kind):
    """What stands behind the kind, for each of its tables."""
    return re.findall(rf"^<!-- {kind}:? ?(.*?) ?-->$", _text(page), re.M)


def check(case, page, kind, table):
    """Fails where a table is not as table(arguments) makes it; with UPDATE=1 it is written instead."""
    old = _text(page)
    tables = re.compile(rf"^(<!-- {kind}:? ?(.*?) ?-->\n)(.*?)^{_END}$", re.M | re.S)
    case.assertTrue(tables.search(old), f"{page} has no table of {kind}")
    new = tables.sub(lambda found: found[1] + table(found[2]) + _END, old)
    if os.environ.get("UPDATE") == "1":
        (ROOT / page).write_text(new, encoding="utf-8")
        return
    case.assertEqual(old.splitlines(), new.splitlines(), f"{page} is old: run this test with UPDATE=1 and look at what changes")


def rows(heading, cells):
    """A table of Markdown."""
    lines = [heading, ["---"] * len(heading), *cells]
    return "".join("|" + "".join(f" {cell} |" if cell else " |" for cell in map(_escaped, line)) + "\n" for line in lines)


def _escaped(cell):
    return cell.replace("|", "&#124;")


def _text(page):
    return (ROOT / page).read_text(encoding="utf-8")

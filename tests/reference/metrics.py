# SPDX-License-Identifier: Apache-2.0
"""The tables of exporter/METRICS.md, from what a running exporter says of its families."""

import re
from collections import namedtuple
from fnmatch import fnmatchcase

from . import marked

PAGE = "exporter/METRICS.md"

Family = namedtuple("Family", "name kind labels text")


def families(page):
    """Those of a page in the text format, in its order."""
    found = {}
    labels = {}
    for line in page.splitlines():
        if about := re.match(r"# (HELP|TYPE) (\S+) (.*)", line):
            found.setdefault(about[2], {})[about[1]] = about[3]
        elif sample := re.match(r"(\w+)(\{.*\})? ", line):
            name = next((name for name in (sample[1], re.sub("_(bucket|sum|count)$", "", sample[1])) if name in found), None)
            for label in re.findall(r'(\w+)="(?:[^"\\]|\\.)*"', sample[2] or ""):
                if label != "le" and label not in labels.setdefault(name, []):
                    labels[name].append(label)
    return [Family(name, about["TYPE"], labels.get(name, []), about["HELP"]) for name, about in found.items()]


def check(case, page):
    """Each family of the page stands in one table, with its type, its labels and its help."""
    all_of_them = families(page)
    patterns = [argument.split() for argument in marked.arguments(PAGE, "metrics")]
    for family in all_of_them:
        takes = sum(any(fnmatchcase(family.name, pattern) for pattern in table) for table in patterns)
        case.assertEqual(takes, 1, f"{family.name} must stand in one table of {PAGE}: name it where one begins")

    def table(argument):
        chosen = [family for family in all_of_them if any(fnmatchcase(family.name, pattern) for pattern in argument.split())]
        case.assertTrue(chosen, f"{PAGE}: nothing is called {argument}")
        return marked.rows(("name", "type", "labels", "what it is"), [
            (f"`{family.name}`", family.kind, ", ".join(family.labels), family.text.rstrip(".")) for family in chosen])
    marked.check(case, PAGE, "metrics", table)

# SPDX-License-Identifier: Apache-2.0
"""What pages repeat of the code, the rules and the scripts is what these say. UPDATE=1 writes it anew."""

import re
import subprocess
import sys
import unittest
from pathlib import Path
from urllib.parse import unquote

sys.path.insert(0, str(Path(__file__).parents[1]))
from reference import alerts, configuration, marked, rights, versions


def _pages():
    names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=marked.ROOT,
                           capture_output=True, text=True, check=True, timeout=3600).stdout.split()
    return [marked.ROOT / name for name in names]


def _anchor(heading):
    """As Git hosts make it of a heading."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def _without_code(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


class Reference(unittest.TestCase):
    maxDiff = None

    def test_the_keys_of_the_configuration_are_those_of_the_example(self):
        marked.check(self, configuration.PAGE, "configuration", configuration.table)

    def test_the_flags_are_those_of_the_help(self):
        marked.check(self, configuration.PAGE, "help", configuration.program_help)

    def test_the_alerts_are_those_of_the_rules(self):
        marked.check(self, alerts.PAGE, "alerts", alerts.table)

    def test_the_rights_are_those_of_the_role(self):
        marked.check(self, rights.PAGE, "rights", rights.table)

    def test_the_versions_are_those_that_were_tried(self):
        marked.check(self, versions.PAGE, "versions", versions.table)
        self.assertEqual(set(versions.tried()), versions.pinned())

    def test_the_readme_counts_right(self):
        text = (marked.ROOT / "README.md").read_text(encoding="utf-8")
        self.assertIn(f" {alerts.number()} tested alerts", text)
        dashboards = len(list((marked.ROOT / "dashboards").glob("*.json")))
        self.assertIn(f" {dashboards} dashboards", text)

    def test_the_readme_is_a_page(self):
        words = (marked.ROOT / "README.md").read_text(encoding="utf-8").split()
        self.assertLess(len(words), 800)

    def test_every_link_leads_somewhere(self):
        for page in _pages():
            text = _without_code(page.read_text(encoding="utf-8"))
            targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|srcset|href)="([^"]+)"', text)
            for target in targets:
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                file = (page.parent / unquote(name)).resolve() if name else page
                # The exporter serves them without an ending.
                if page.parent.name == "runbooks" and not file.suffix:
                    file = file.with_suffix(".md")
                with self.subTest(page=str(page.relative_to(marked.ROOT)), target=target):
                    self.assertTrue(file.exists(), "there is no such file")
                    if anchor:
                        headings = re.findall(r"^#+ (.*)$", _without_code(file.read_text(encoding="utf-8")), re.M)
                        self.assertIn(anchor, [_anchor(heading) for heading in headings])


if __name__ == "__main__":
    unittest.main(verbosity=2)

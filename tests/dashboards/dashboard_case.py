# SPDX-License-Identifier: Apache-2.0
"""What the tests of the dashboards start from: every dashboard, every panel, one after the other."""

import unittest

from dashboards import load, panels

DASHBOARDS = load()


class DashboardCase(unittest.TestCase):
    def each(self):
        for name, document in DASHBOARDS.items():
            with self.subTest(name):
                yield document

    def each_panel(self):
        for name, document in DASHBOARDS.items():
            for panel in panels(document):
                with self.subTest(f"{name}: {panel['title']}"):
                    yield document, panel

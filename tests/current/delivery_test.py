# SPDX-License-Identifier: Apache-2.0
"""From an alert to a receiver, through a current Alertmanager with the configuration that is shipped."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "compose"))

from demo.alertmanager import Alertmanager  # noqa: E402
from demo.process import wait_until  # noqa: E402
from demo.web import request  # noqa: E402
from demo.webhook import WebhookReceiver  # noqa: E402

# With a label that only Prometheus 3 can send, and texts that are not ASCII.
ALERT = {"labels": {"alertname": "LiteLLMDown", "severity": "critical", "category": "availability", "job": "litellm-exporter",
                    "service.name": "gateway-ö"},
         "annotations": {"summary": "LiteLLM is down — no proxy answers.", "description": "None of 2 answers."}}


class Strict(Alertmanager):
    """Which reads matchers with the parser of UTF-8 alone; by default the older one may help out, with a warning."""

    def argv(self):
        return [*super().argv(), "--enable-feature=utf8-strict-mode"]


class Delivery(unittest.TestCase):
    def setUp(self):
        self.directory = self.enterContext(tempfile.TemporaryDirectory())
        self.receiver = WebhookReceiver()
        self.receiver.start()
        self.addCleanup(self.receiver.stop)

    def deliver(self, server):
        """Sees the alert reach its role, and returns the warnings of Alertmanager's log."""
        self.addCleanup(server.stop)
        server.start()
        status, _, body = request(server.url + "/api/v2/alerts", method="POST", data=json.dumps([ALERT]).encode(),
                                  headers={"Content-Type": "application/json"})
        self.assertEqual(status, 200, body)
        # The routes wait for others of its group first.
        wait_until(lambda: self.receiver.alerts("firing"), 120, "the alert at the receiver")
        (role, alert), = self.receiver.alerts("firing")
        self.assertEqual((role, alert["labels"], alert["annotations"]), ("pager", ALERT["labels"], ALERT["annotations"]))
        return [line for line in server.log().splitlines() if "strict mode enabled" not in line]

    def test_a_page_arrives(self):
        self.assertEqual(self.deliver(Alertmanager(self.directory, self.receiver.address)), [])

    def test_a_page_arrives_where_matchers_are_strict(self):
        self.assertEqual(self.deliver(Strict(self.directory, self.receiver.address)), [])


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

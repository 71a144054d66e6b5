# SPDX-License-Identifier: Apache-2.0
"""Requests that LiteLLM has not booked, or gave up to book."""

import unittest

from harness import IntegrationCase, metric, parse_page, wait_polls, wait_until
from demo.postgres import EXPORTER_ROLE

TABLE = '"LiteLLM_SpendLogDelivery"'


class Accounting(IntegrationCase):
    # LiteLLM's sessions write in the time zone that the server has.
    settings = {"timezone": "America/New_York"}

    def add(self, prefix, state, count, seconds_ago=0):
        self.sql(f"INSERT INTO {TABLE} (delivery_id, request_id, state, accounting_payload, is_batch, created_at)"
                 f" SELECT %s || n, n, %s::\"AccountingDeliveryState\", '{{}}', false,"
                 " localtimestamp - make_interval(secs => %s) FROM generate_series(1, %s) n",
                 (prefix, state, seconds_ago, count))

    def deliveries(self, exporter):
        return {dict(labels)["state"]: value for (name, labels), value in parse_page(exporter.page()).items()
                if name == "litellm_ledger_deliveries"}

    def test_what_waits_and_what_was_given_up(self):
        exporter = self.exporter()
        wait_polls(exporter, 1, "accounting")
        self.assertEqual(self.deliveries(exporter), {"pending": 0, "parked": 0})
        self.assertEqual(metric(exporter, "litellm_ledger_oldest_pending_seconds"), 0)
        self.add("a", "applied", 50, 90000)
        self.add("p", "pending", 3, 600)
        self.add("q", "pending", 1, 10)
        self.add("x", "parked", 2, 7200)
        wait_until(lambda: self.deliveries(exporter) == {"pending": 4, "parked": 2}, 30, "counted by state")
        age = metric(exporter, "litellm_ledger_oldest_pending_seconds")
        self.assertGreaterEqual(age, 600)
        self.assertLess(age, 3600, "whatever the time zone")
        self.sql(f"UPDATE {TABLE} SET state = 'applied' WHERE state = 'pending'")
        wait_until(lambda: self.deliveries(exporter) == {"pending": 0, "parked": 2}, 30, "booked")
        self.assertEqual(metric(exporter, "litellm_ledger_oldest_pending_seconds"), 0)
        # A clock ahead of the database's gives no negative age.
        self.add("f", "pending", 1, -3600)
        wait_until(lambda: self.deliveries(exporter)["pending"] == 1, 30, "of the future")
        self.assertEqual(metric(exporter, "litellm_ledger_oldest_pending_seconds"), 0)

    def test_many_are_estimated(self):
        exporter = self.exporter()
        self.add("p", "pending", 10000, 60)
        wait_until(lambda: self.deliveries(exporter).get("pending") == 10000, 30, "as many as are counted")
        self.add("q", "pending", 30000)
        self.sql(f"ANALYZE {TABLE}")
        wait_until(lambda: 36000 < self.deliveries(exporter)["pending"] < 44000, 30, "as the planner expects")

    def test_without_the_table_or_the_right(self):
        exporter = self.exporter()
        wait_polls(exporter, 1, "accounting")
        self.sql(f"REVOKE SELECT (created_at) ON {TABLE} FROM {EXPORTER_ROLE}")
        wait_until(lambda: metric(exporter, "litellm_exporter_poll_failures_total", collector="accounting",
                                  reason="permission") > 0, 30, "says what is missing")
        self.sql(f"DROP TABLE {TABLE}")
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="accounting") == 1, 30,
                   "an older LiteLLM has none")
        wait_until(lambda: not self.deliveries(exporter), 30, "and so there are no series")


if __name__ == "__main__":
    unittest.main(verbosity=2)

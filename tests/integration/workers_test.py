# SPDX-License-Identifier: Apache-2.0
"""Live workers of the proxies and MCP servers, as far as LiteLLM's tables tell."""

import unittest

from harness import FAST, IntegrationCase, metric, parse_page, wait_polls, wait_until


class Workers(IntegrationCase):
    # LiteLLM's sessions write in their own time zones; this is the exporter's.
    settings = {"timezone": "America/New_York"}

    def test_a_worker_is_alive_whose_row_is_seen_to_change(self):
        table = '"LiteLLM_ProxyWorkerHeartbeat"'

        def beat(*workers):
            self.sql(f"UPDATE {table} SET last_heartbeat_at = last_heartbeat_at + interval '1 minute'"
                     " WHERE worker_id = ANY (%s)", (list(workers),))

        def alive():
            return {dict(labels)["host"]: value for (name, labels), value in parse_page(exporter.page()).items()
                    if name == "litellm_proxy_workers"}
        # As written by sessions of other time zones: no clock says which of them are old.
        self.sql(f"INSERT INTO {table} (worker_id, hostname, last_heartbeat_at)"
                 " SELECT host || n, host, (now() AT TIME ZONE 'UTC') + zone::interval FROM (VALUES ('a', '9 hours'),"
                 " ('b', '-9 hours')) hosts (host, zone), generate_series(1, 2) n")
        exporter = self.exporter()
        wait_polls(exporter, 2, "workers")
        self.assertEqual(alive(), {}, "nothing was seen to change")
        beat("a1", "a2", "b1")
        wait_until(lambda: alive() == {"a": 2}, 30, "both workers of a have beaten, of b only one")
        self.assertEqual(metric(exporter, "litellm_exporter_schema_gaps", collector="workers"), 0)
        beat("b2")
        wait_until(lambda: alive() == {"a": 2, "b": 2}, 30, "the other one of b has beaten")
        self.sql(f"DELETE FROM {table} WHERE worker_id IN ('a1', 'b1', 'b2')")
        self.sql(f"INSERT INTO {table} (worker_id, hostname) VALUES ('c1', 'c')")
        wait_until(lambda: alive() == {"a": 1, "c": 1}, 30, "rows go and come")

    def test_workers_end_at_the_limit(self):
        exporter = self.exporter(FAST + "limits: {series_per_family: 100}\n")
        wait_polls(exporter, 1, "workers")
        self.sql('INSERT INTO "LiteLLM_ProxyWorkerHeartbeat" (worker_id, hostname)'
                 " SELECT n, 'h' || n FROM generate_series(1, 300) n")
        wait_until(lambda: metric(exporter, "litellm_proxy_workers") == 100, 30, "a hundred hosts")
        self.assertEqual(exporter.log().count('left out" collector=workers left_out=200'), 1, exporter.log())

    def test_mcp_servers_are_counted_by_approval(self):
        table = '"LiteLLM_MCPServerTable"'
        # What stands in "status" is no news of LiteLLM's; "approved" is an older word, and so is none.
        self.sql(f"INSERT INTO {table} (server_id, approval_status, status) VALUES ('1', 'active', 'healthy'),"
                 " ('2', NULL, 'unhealthy'), ('3', 'approved', NULL), ('4', 'pending_review', 'unknown'), ('5', 'new', NULL),"
                 " ('6', 'newer', NULL)")
        exporter = self.exporter()
        wait_polls(exporter, 1, "mcp_servers")

        def counted():
            return {dict(labels)["approval_status"]: value for (name, labels), value in parse_page(exporter.page()).items()
                    if name == "litellm_mcp_servers"}
        self.assertEqual(counted(), {"active": 3, "pending_review": 1, "rejected": 0, "draft": 0, "other": 2})
        # As before v1.82.2, and before there were any.
        for change, gap in (("ALTER TABLE {} DROP approval_status", "LiteLLM_MCPServerTable.approval_status (no such column)"),
                            ("DROP TABLE {}", "LiteLLM_MCPServerTable (no such table)")):
            self.sql(change.format(table))
            wait_polls(exporter, 2, "mcp_servers")
            self.assertEqual(counted(), {})
            self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="mcp_servers"), 1)
            self.assertEqual(metric(exporter, "litellm_exporter_schema_gaps", collector="mcp_servers"), 1)
            self.assertEqual(exporter.log().count(gap), 1, exporter.log())


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""What a real Prometheus makes of the page."""

import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from harness import FAST, IntegrationCase, keep_clear_of, metric, parse_page, patient, total, wait_polls, wait_until
from rows import failure, insert, key_hash
from sums import account
from demo.fake_litellm import KEY, FakeLitellm
from demo.prometheus import Prometheus
from reference import metrics as reference

# An entity for each family of gauges.
EVERYTHING = """
    INSERT INTO "LiteLLM_TeamTable" (team_id, max_budget, soft_budget, budget_reset_at, tpm_limit, rpm_limit,
        tpd_limit, max_parallel_requests, blocked)
    VALUES ('t', 1, 1, now(), 1, 1, 1, 1, true), ('t ', 1, 1, now(), 1, 1, 1, 1, true);
    INSERT INTO "LiteLLM_VerificationToken" (token, expires, auto_rotate, key_rotation_at, last_active)
    VALUES ('k', now(), true, now(), now());
    UPDATE "LiteLLM_TeamTable" SET budget_limits = '[{"budget_duration": "1d", "max_budget": 1}]',
        model_max_budget = '{"m": {"budget_duration": "1d", "max_budget": 1}}',
        metadata = '{"model_rpm_limit": {"m": 1}, "model_tpm_limit": {"m": 1}}';
    INSERT INTO "LiteLLM_BudgetWindowSpend" (entity_type, entity_id, window_duration, window_start, spend, updated_at)
    VALUES ('team', 't', '1d', now(), 1, now()), ('model_max_budget', 'team_model_spend:t:m:1d', '1d', now(), 1, now());
    INSERT INTO "LiteLLM_HealthCheckTable" (health_check_id, model_name, status, updated_at)
    VALUES ('h', 'm', 'healthy', now());
    INSERT INTO "LiteLLM_DailyUserSpend" (id, date, api_key, prompt_caching_savings_spend, updated_at)
    VALUES ('d', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'k', 1, now());
    INSERT INTO "LiteLLM_DailyGatewayRequests" (date, category, route)
    VALUES (to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'llm', 'r');
    INSERT INTO "LiteLLM_DailyGatewayFailedRequests" (date, category, route, status_code)
    VALUES (to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'llm', 'r', 503);
    INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime")
    VALUES ('old', '', now() - interval '1 day', now() - interval '1 day');
"""

DATA = Path(__file__).parents[1] / "data"


class WithPrometheus(IntegrationCase):
    def prometheus(self, exporter, interval=2):
        server = Prometheus(self.directory / f"prometheus-{self._testMethodName}",
                            {"litellm-exporter": [exporter.address]}, scrape_interval=interval)
        self.addCleanup(server.stop)
        server.start()
        wait_until(lambda: server.value('up{job="litellm-exporter"}') == 1, 30, "the first scrape")
        return server

    def test_fifty_new_keys_with_one_request_each_are_fifty_increases(self):
        exporter = self.exporter()
        server = self.prometheus(exporter)
        insert(self.cluster.connect(database=self.database),
               [{"api_key": key_hash(str(n)), "model_group": f"model-{n}"} for n in range(50)])
        for name, label in (("litellm_key_requests_total", "key"), ("litellm_requests_total", "model"),
                            ("litellm_request_duration_seconds_count", "model")):
            expression = f"count(sum by ({label}) (increase({name}[5m])) > 0)"
            wait_until(lambda: server.value(expression) == 50, 60, expression)

    def test_a_key_that_is_new_after_a_restart_is_an_increase(self):
        exporter = self.exporter()
        insert(self.cluster.connect(database=self.database), [{}])
        self.wait_total(exporter, 1)
        # As it comes every minute, while the exporter polls every second.
        visit = {"X-Prometheus-Scrape-Timeout-Seconds": "10", "User-Agent": "Prometheus"}
        exporter.get("/metrics", headers=visit)
        wait_polls(exporter, 2)
        exporter.kill()
        insert(self.cluster.connect(database=self.database), [{"model_group": "new"}] * 3)
        exporter.start()
        exporter.wait_ready()
        wait_until(lambda: metric(exporter, "litellm_exporter_spend_log_rows_total") == 4, 30, "the rows are counted")
        wait_polls(exporter, 3)

        def seen():
            page = parse_page(exporter.get("/metrics", headers=visit)[2].decode())
            return total(page, "litellm_requests_total", model="new")
        self.assertEqual(seen(), 0)
        wait_until(lambda: seen() == 3, 30, "its value follows")

    def test_the_classic_queries(self):
        exporter = self.exporter()
        server = self.prometheus(exporter)
        connection = self.cluster.connect(database=self.database)
        for _ in range(6):
            insert(connection, [{}, {}, failure()], duration=0.9)
        self.wait_total(exporter, 18)
        wait_until(lambda: server.value("sum(litellm_requests_total)") == 18, 30, "all are scraped")
        self.assertGreater(server.value("sum(rate(litellm_requests_total[5m]))"), 0)
        self.assertGreater(server.value("sum(rate(litellm_errors_total[5m]))"), 0)
        # As everybody writes it, thanks to a recording rule.
        wait_until(lambda: any(0.9 < value < 1.1 for labels, value in server.query(
            "histogram_quantile(0.95, litellm_request_duration_seconds)") if labels["model"] == "gpt-4o-mini"),
            30, "the quantile of the histogram's plain name")
        self.assertAlmostEqual(
            server.value("histogram_quantile(0.95, sum by (le)"
                         " (litellm_request_duration_seconds_bucket))"), 1, delta=0.1)

    def test_counters_do_not_reset_when_the_exporter_is_killed(self):
        exporter = self.exporter()
        server = self.prometheus(exporter)
        connection = self.cluster.connect(database=self.database)
        for _ in range(3):
            insert(connection, [{}] * 10)
            exporter.kill()
            exporter.start()
            exporter.wait_ready()
        self.wait_total(exporter, 30)
        wait_until(lambda: server.value("sum(litellm_requests_total)") == 30, 30, "all are scraped")
        self.assertEqual(server.value("sum(resets(litellm_requests_total[10m]))"), 0)
        self.assertEqual(server.value("sum(resets(litellm_request_duration_seconds_count[10m]))"), 0)

    def test_every_family_is_in_the_golden_list(self):
        keep_clear_of(86400)
        self.sql(EVERYTHING)
        proxy = FakeLitellm()
        proxy.start()
        self.addCleanup(proxy.stop)
        config = (FAST + "families: {users: true, end_users: true}\n"
                  "dimensions: [spend_logs_metadata.customer]\n"
                  "objectives: {availability_ratio: 0.99, daily_spend_usd: 5,"
                  " latency_seconds: {default: 30}}\n"
                  f"litellm: {{urls: [{proxy.url}], key: {KEY}}}\n")
        exporter = self.exporter(config)
        insert(self.cluster.connect(database=self.database), [
            {"user": "u", "end_user": "e", "request_tags": ["t"], "mcp_namespaced_tool_name": "x",
             "startTime": -5, "endTime": -1, "completionStartTime": -4, "completion_tokens": 9,
             "model_id": "d", "api_base": "https://host.example/v1", "organization_id": "o", "agent_id": "a",
             "metadata": {
                 "guardrail_information": {"guardrail_name": "g", "duration": 0.5},
                 "usage_object": {"prompt_tokens_details": {"audio_tokens": 1, "image_tokens": 1},
                                  "completion_tokens_details": {"audio_tokens": 1, "image_tokens": 1}},
                 "cost_breakdown": {"input_cost": 1, "output_cost": 1, "tool_usage_cost": 1, "service_tier": "flex"},
                 "litellm_overhead_time_ms": 5, "original_model_group": "asked", "user_api_key_project_id": "p",
                 "error_information": {"error_class": "ClientDisconnected", "error_code": "499"},
                 "spend_logs_metadata": {"customer": "acme"}}},
            failure(model_id="d"),
            {"metadata": {"internal_call_origin": "shadow_eval_judge"}}, {"api_key": "litellm-internal-health-check"}])
        self.wait_total(exporter, 4, "litellm_exporter_spend_log_rows_total")
        self.wait_total(exporter, 1, "litellm_health_probes_total")
        # Some families count sums alone.
        exporter.stop()
        standby = self.exporter(start=False)
        cluster = "cluster: {secret: s, peers: [%s]}\n"
        exporter.config_file.write_text(config.replace("sweep_interval: 2s", "sweep_interval: 2s, source: daily")
                                        + cluster % standby.url, encoding="utf-8")
        exporter.start()
        exporter.wait_ready()
        wait_polls(exporter, 1, "sums")
        account(self.cluster.connect(database=self.database), [{}], times=True)
        wait_until(lambda: metric(exporter, "litellm_timed_requests_total") == 1, 60, "the sums are counted")
        # The exporter has looked at the table before: a new row is a beat.
        wait_polls(exporter, 1, "workers")
        self.sql("INSERT INTO \"LiteLLM_ProxyWorkerHeartbeat\" (worker_id, hostname) VALUES ('w', 'h')")
        wait_until(lambda: metric(exporter, "litellm_proxy_workers") == 1, 30, "a worker is alive")
        # And one is of those alone that do not count.
        standby.config_file.write_text(FAST + cluster % exporter.url, encoding="utf-8")
        standby.start()
        copied = "litellm_exporter_state_copied_timestamp_seconds"
        wait_until(lambda: metric(standby, copied) and metric(exporter, "litellm_exporter_peer_up"), 60, "a copy is made")
        text = exporter.page() + "".join(line for line in standby.page().splitlines(keepends=True) if copied in line)
        page = parse_page(text)
        kinds = {line.split()[2]: line.split()[3] for line in text.splitlines()
                 if line.startswith("# TYPE")}
        labels = {}
        for name, present in page:
            family = next((name.removesuffix(suffix) for suffix in ("_bucket", "_sum", "_count")
                           if kinds.get(name.removesuffix(suffix)) == "histogram"), name)
            labels.setdefault(family, set()).update(label for label, _ in present if label != "le")
        found = [f"{name} {kind} {','.join(sorted(labels[name]))}".strip()
                 for name, kind in sorted(kinds.items())]
        golden = (DATA / "metrics.txt").read_text(encoding="utf-8").splitlines()
        self.maxDiff = None
        self.assertEqual(found, [line for line in golden if not line.startswith("#")])
        reference.check(self, text)
        check = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                               capture_output=True, timeout=patient(30))
        self.assertEqual((check.returncode, check.stderr), (0, ""))

    def test_no_name_is_one_of_litellms_own(self):
        golden = {line.split()[0] for line in
                  (DATA / "metrics.txt").read_text(encoding="utf-8").splitlines() if line[0] != "#"}
        taken = set((DATA / "litellm-own-metrics.txt").read_text(encoding="utf-8").split())
        # Fixed by the contract before LiteLLM had it; both are counters, and jobs differ.
        self.assertEqual(golden & taken, {"litellm_mcp_tool_calls_total"})


if __name__ == "__main__":
    unittest.main(verbosity=2)

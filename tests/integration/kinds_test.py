# SPDX-License-Identifier: Apache-2.0
"""Rows that are no caller's request, and what else a row says beside its model, key and team."""

import unittest

from harness import FAST, IntegrationCase, parse_page, total, wait_until
from rows import failure, insert, key_hash

DIMENSIONS = FAST + "dimensions: [spend_logs_metadata.customer, requester_metadata.feature]\n"
PROBE = "litellm-internal-health-check"


class Kinds(IntegrationCase):
    def insert(self, rows, **times):
        insert(self.cluster.connect(database=self.database), rows, **times)

    def check(self, exporter, expected):
        page = parse_page(exporter.page())
        for name, labels, value in expected:
            with self.subTest(name=name, labels=labels):
                self.assertAlmostEqual(total(page, name, **labels), value, places=6)

    def test_what_no_caller_asked_for(self):
        exporter = self.exporter()
        spent = {"spend": 0.5, "prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11}
        self.insert([
            {**spent},
            {**spent, **failure("Timeout", "408")},
            *({**spent, **failure("Timeout", "408", metadata={"billed_retry_attempt": True}),
               "request_id": f"one-attempt-{attempt}"} for attempt in range(2)),
            {**spent, "metadata": {"internal_call_origin": "shadow_eval_judge"}},
            {**spent, "metadata": {"internal_call_origin": "made up"}},
            {**spent, "api_key": PROBE, "model": "openai/gpt-4o-mini", "model_group": ""},
        ])
        self.wait_total(exporter, 7, "litellm_exporter_spend_log_rows_total")
        self.wait_total(exporter, 1, "litellm_health_probes_total")
        self.check(exporter, [
            ("litellm_requests_total", {}, 2),
            ("litellm_requests_total", {"status": "failure"}, 1),
            ("litellm_errors_total", {}, 1),
            ("litellm_request_duration_seconds_count", {}, 2),
            ("litellm_team_requests_total", {}, 2),
            ("litellm_key_requests_total", {}, 2),
            ("litellm_spend_usd_total", {}, 3.5),
            ("litellm_team_spend_usd_total", {}, 3.5),
            ("litellm_input_tokens_total", {}, 70),
            ("litellm_internal_calls_total", {"origin": "billed_retry"}, 2),
            ("litellm_internal_calls_total", {"origin": "shadow_eval_judge"}, 1),
            ("litellm_internal_calls_total", {"origin": "other"}, 1),
            ("litellm_health_probes_total", {"model": "openai/gpt-4o-mini"}, 1),
        ])

    def test_the_old_way_of_health_probes(self):
        exporter = self.exporter(FAST + "families: {health_probes: false}\n")
        self.insert([{"api_key": PROBE, "model": "openai/gpt-4o-mini", "model_group": ""}])
        self.wait_total(exporter, 1, model="openai/gpt-4o-mini")
        self.assertNotIn("litellm_health_probes_total", exporter.page())

    def test_clients_that_hang_up(self):
        exporter = self.exporter()
        gone = {"error_information": {"error_class": "ClientDisconnected", "error_code": "499"}}
        self.insert([
            {}, {"metadata": gone},
            failure("ClientDisconnect", None), failure("Exception", "499"), failure("Timeout", "408"),
        ])
        self.wait_total(exporter, 3, "litellm_client_disconnects_total")
        self.check(exporter, [
            ("litellm_client_disconnects_total", {"model": "gpt-4o-mini", "provider": "openai"}, 3),
            ("litellm_requests_total", {"status": "success"}, 2),
            ("litellm_errors_total", {"status_code": "499"}, 2),
        ])

    def test_rows_without_a_model(self):
        exporter = self.exporter()
        nameless = {"model": "", "model_group": "", "custom_llm_provider": "", "spend": 1}
        self.insert([
            {**nameless, "call_type": "aretrieve_batch", "metadata": {"batch_models": ["azure/gpt-4o"] * 3}},
            {**nameless, "call_type": "aretrieve_batch", "metadata": {"batch_models": ["a", "b"]}},
            {**nameless, "call_type": "pass_through_endpoint"},
            {**nameless, "call_type": "call_mcp_tool", "model": "MCP: wiki-search",
             "mcp_namespaced_tool_name": "wiki-search"},
            {**nameless, "metadata": {"batch_models": "no list"}},
        ])
        self.wait_total(exporter, 5)
        self.check(exporter, [
            ("litellm_spend_usd_total", {"model": "azure/gpt-4o", "provider": "azure"}, 1),
            ("litellm_spend_usd_total", {"model": "batch", "provider": "unknown"}, 1),
            ("litellm_spend_usd_total", {"model": "pass_through", "provider": "pass_through"}, 1),
            ("litellm_spend_usd_total", {"model": "MCP: wiki-search", "provider": "mcp"}, 1),
            ("litellm_spend_usd_total", {"model": "unknown"}, 1),
            ("litellm_mcp_tool_spend_usd_total", {"tool": "wiki-search"}, 1),
            ("litellm_route_requests_total", {"route": "aretrieve_batch", "status": "success"}, 2),
            ("litellm_route_requests_total", {"route": "call_mcp_tool"}, 1),
        ])

    def test_codes_that_are_words_or_missing(self):
        exporter = self.exporter()
        self.insert([
            failure("BadRequestError", "content_policy_violation"), failure("BudgetExceededError", None),
            failure("ProxyException", ""), failure("RuntimeError", None), failure("SomethingNew", None),
        ])
        self.wait_total(exporter, 5)
        self.check(exporter, [
            ("litellm_errors_total", {"exception_class": "BadRequestError", "status_code": "400"}, 1),
            ("litellm_errors_total", {"exception_class": "BudgetExceededError", "status_code": "400"}, 1),
            ("litellm_errors_total", {"exception_class": "ProxyException", "status_code": "401"}, 1),
            ("litellm_errors_total", {"exception_class": "RuntimeError", "status_code": "500"}, 1),
            ("litellm_errors_total", {"exception_class": "other", "status_code": "unknown"}, 1),
        ])

    def test_deployments(self):
        exporter = self.exporter()
        first = {"model_id": "d1", "api_base": "https://user:secret@one.example/v1?key=secret",
                 "model": "azure/gpt-4o", "model_group": "gpt", "custom_llm_provider": "azure"}
        second = {**first, "model_id": "d2", "api_base": "https://two.example/v1/"}
        self.insert([
            {**first, "spend": 1, "completion_tokens": 5}, {**first, "spend": 2},
            {**first, **failure("RateLimitError", "429"), "api_base": ""},
            {**second, "spend": 4}, {},
        ], duration=2.0)
        self.wait_total(exporter, 5)
        of_first = {"model": "gpt", "deployment": "d1", "provider": "azure"}
        self.check(exporter, [
            ("litellm_upstream_requests_total", {**of_first, "status": "success"}, 2),
            ("litellm_upstream_requests_total", {**of_first, "status": "failure"}, 1),
            ("litellm_upstream_requests_total", {}, 4),
            ("litellm_upstream_errors_total", {**of_first, "status_code": "429"}, 1),
            ("litellm_upstream_request_duration_seconds_count", of_first, 2),
            ("litellm_upstream_request_duration_seconds_sum", of_first, 4),
            ("litellm_upstream_spend_usd_total", of_first, 3),
            ("litellm_upstream_output_tokens_total", of_first, 5),
            ("litellm_upstream_info", {"model": "gpt", "deployment": "d1", "upstream_model": "azure/gpt-4o",
                                       "api_host": "one.example"}, 1),
            ("litellm_upstream_info", {}, 2),
        ])
        self.assertNotIn("secret", exporter.page())
        self.insert([{**first, "api_base": "https://three.example"}])
        self.wait_total(exporter, 1, "litellm_upstream_info", deployment="d1", api_host="three.example")
        self.assertEqual(total(parse_page(exporter.page()), "litellm_upstream_info", deployment="d1"), 1)

    def test_owners_beside_keys_and_teams(self):
        self.sql("""INSERT INTO "LiteLLM_BudgetTable" (budget_id, created_by, updated_by) VALUES ('b', 'a', 'a')""")
        self.sql("""INSERT INTO "LiteLLM_OrganizationTable" (organization_id, organization_alias, budget_id, created_by,
                    updated_by) VALUES ('o1', 'lab', 'b', 'a', 'a')""")
        exporter = self.exporter()
        used = {"spend": 1, "prompt_tokens": 3, "completion_tokens": 2}
        self.insert([
            {**used, "organization_id": "o1", "agent_id": "a1",
             "metadata": {"user_api_key_project_id": "p1", "user_api_key_project_alias": "pilot"}},
            {**used, "metadata": {"user_api_key_org_id": "o2"}},
            {**used},
        ])
        self.wait_total(exporter, 3)
        lab = {"organization": "o1", "organization_alias": "lab", "model": "gpt-4o-mini"}
        pilot = {"project": "p1", "project_alias": "pilot", "model": "gpt-4o-mini"}
        self.check(exporter, [
            ("litellm_organization_requests_total", {**lab, "status": "success"}, 1),
            ("litellm_organization_requests_total", {"organization": "o2", "organization_alias": ""}, 1),
            ("litellm_organization_requests_total", {}, 2),
            ("litellm_organization_spend_usd_total", lab, 1),
            ("litellm_organization_input_tokens_total", lab, 3),
            ("litellm_organization_output_tokens_total", lab, 2),
            ("litellm_project_requests_total", {**pilot, "status": "success"}, 1),
            ("litellm_project_spend_usd_total", pilot, 1),
            ("litellm_agent_requests_total", {"agent": "a1", "status": "success"}, 1),
            ("litellm_agent_output_tokens_total", {"agent": "a1"}, 2),
        ])

    def test_a_new_alias_starts_at_0_and_the_past_keeps_the_old_one(self):
        key = key_hash("one")
        self.sql("""INSERT INTO "LiteLLM_VerificationToken" (token, key_alias) VALUES (%s, 'before')""", (key,))
        exporter = self.exporter()
        name = "litellm_key_requests_total"
        self.insert([{"api_key": key}] * 3)
        self.wait_total(exporter, 3, name, key=key, key_alias="before")
        self.sql("""UPDATE "LiteLLM_VerificationToken" SET key_alias = 'after'""")
        wait_until(lambda: f'{name}{{key="{key}",key_alias="after",team="",status="success"}} 0' in exporter.page(), 30,
                   "the new name is there before its first request")
        self.insert([{"api_key": key}] * 2)
        self.wait_total(exporter, 2, name, key=key, key_alias="after")
        self.wait_total(exporter, 3, name, key=key, key_alias="before")
        self.wait_total(exporter, 5, name, key=key)

    def test_costs_times_and_tokens_of_other_kinds(self):
        exporter = self.exporter()
        usage = {"prompt_tokens_details": {"audio_tokens": 7, "image_tokens": 8},
                 "completion_tokens_details": {"audio_tokens": 9, "image_tokens": 10}}
        costs = {"input_cost": 0.25, "output_cost": 0.5, "tool_usage_cost": 0.125, "service_tier": "flex"}
        guardrails = [{"guardrail_name": "pii", "guardrail_status": "success", "duration": 0.5},
                      {"guardrail_name": "pii", "guardrail_status": "success", "duration": "soon"}]
        # No double holds it; JSON does.
        absurd = '{"guardrail_information": [{"guardrail_name": "odd", "guardrail_status": "success", "duration": 1e400}]}'
        self.insert([
            {"spend": 2, "metadata": {"usage_object": usage, "cost_breakdown": costs, "litellm_overhead_time_ms": 250.5,
                                      "guardrail_information": guardrails}},
            {"spend": 1, "metadata": {"original_model_group": "asked"}},
            {"metadata": absurd},
            {"metadata": {"original_model_group": "gpt-4o-mini", "litellm_overhead_time_ms": "long",
                          "cost_breakdown": {"input_cost": -1}}},
        ])
        self.wait_total(exporter, 4)
        model = {"model": "gpt-4o-mini", "provider": "openai"}
        self.check(exporter, [
            ("litellm_guardrail_evaluations_total", {"guardrail": "odd"}, 1),
            ("litellm_input_audio_tokens_total", model, 7), ("litellm_input_image_tokens_total", model, 8),
            ("litellm_output_audio_tokens_total", model, 9), ("litellm_output_image_tokens_total", model, 10),
            ("litellm_input_cost_usd_total", model, 0.25), ("litellm_output_cost_usd_total", model, 0.5),
            ("litellm_tool_cost_usd_total", model, 0.125),
            ("litellm_service_tier_requests_total", {**model, "service_tier": "flex"}, 1),
            ("litellm_service_tier_spend_usd_total", {**model, "service_tier": "flex"}, 2),
            ("litellm_overhead_seconds_count", model, 1), ("litellm_overhead_seconds_sum", model, 0.2505),
            ("litellm_guardrail_duration_seconds_count", {"guardrail": "pii"}, 1),
            ("litellm_guardrail_duration_seconds_sum", {"guardrail": "pii"}, 0.5),
            ("litellm_guardrail_evaluations_total", {"guardrail": "pii"}, 2),
            ("litellm_model_fallbacks_total", {"requested_model": "asked", "model": "gpt-4o-mini"}, 1),
            ("litellm_model_fallbacks_total", {}, 1),
            ("litellm_exporter_spend_log_invalid_rows_total", {"reason": "overhead"}, 1),
            ("litellm_exporter_spend_log_invalid_rows_total", {"reason": "cost_breakdown"}, 1),
        ])

    def test_dimensions_of_the_operators_own(self):
        exporter = self.exporter(DIMENSIONS)
        self.insert([
            {"spend": 1, "prompt_tokens": 2, "completion_tokens": 3,
             "metadata": {"spend_logs_metadata": {"customer": "acme"}, "requester_metadata": {"feature": "chat"}}},
            {"spend": 1, "metadata": {"spend_logs_metadata": {"customer": 7}}},
            failure(metadata={"status": "failure", "spend_logs_metadata": {"customer": True}}),
            {"metadata": {"spend_logs_metadata": {"customer": {"not": "one value"}}}},
            {"metadata": {"spend_logs_metadata": "no object"}}, {"metadata": "[1]"}, {"metadata": None}, {},
        ])
        self.wait_total(exporter, 8)
        customer = "spend_logs_metadata.customer"
        acme = {"dimension": customer, "value": "acme"}
        self.check(exporter, [
            ("litellm_dimension_requests_total", {**acme, "status": "success"}, 1),
            ("litellm_dimension_spend_usd_total", acme, 1),
            ("litellm_dimension_input_tokens_total", acme, 2),
            ("litellm_dimension_output_tokens_total", acme, 3),
            ("litellm_dimension_requests_total", {"dimension": customer, "value": "7"}, 1),
            ("litellm_dimension_requests_total", {"value": "true", "status": "failure"}, 1),
            ("litellm_dimension_requests_total", {"dimension": "requester_metadata.feature", "value": "chat"}, 1),
            ("litellm_dimension_requests_total", {}, 4),
            ("litellm_exporter_spend_log_invalid_rows_total", {"reason": "dimensions"}, 1),
        ])

    def test_hostile_values_stay_bounded_and_whole(self):
        exporter = self.exporter(DIMENSIONS.replace("statement_timeout: 20s", "statement_timeout: 1m")
                                 + "limits: {series_per_family: 200}\n")
        count = 20_000
        self.insert([{
            "model_id": f"d{i}", "api_base": f"https://h{i}.example", "organization_id": f"o{i}", "agent_id": f"a{i}",
            "call_type": f"c{i}", "spend": 1,
            "metadata": {"spend_logs_metadata": {"customer": f"{i}\n\"\\ü" + "x" * 500}, "user_api_key_project_id": f"p{i}",
                         "internal_call_origin": "", "original_model_group": f"m{i}",
                         "cost_breakdown": {"service_tier": f"t{i}"}},
        } for i in range(count)])
        self.wait_total(exporter, count, deadline=120)
        page = parse_page(exporter.page())
        for name in ("litellm_upstream_requests_total", "litellm_organization_requests_total",
                     "litellm_project_requests_total", "litellm_agent_requests_total", "litellm_route_requests_total",
                     "litellm_dimension_requests_total", "litellm_model_fallbacks_total",
                     "litellm_service_tier_requests_total"):
            with self.subTest(name=name):
                self.assertEqual(total(page, name), count)
                # The limit, and what is folded.
                self.assertLess(sum(1 for found, _ in page if found == name), 204)
        self.assertLess(sum(1 for found, _ in page if found == "litellm_upstream_info"), 204)


if __name__ == "__main__":
    unittest.main(verbosity=2)

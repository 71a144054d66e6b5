# SPDX-License-Identifier: Apache-2.0
"""Each family against the rows it comes from: values, labels, strange data, old schemas."""

import unittest

from harness import EXPORTER_ROLE, FAST, IntegrationCase, metric, parse_page, total, wait_until
from rows import failure, insert, key_hash

ALL_ON = FAST + "families: {users: true, end_users: true}\n"


class Families(IntegrationCase):
    def insert(self, rows, **times):
        insert(self.cluster.connect(database=self.database), rows, **times)

    def check(self, exporter, expected):
        page = parse_page(exporter.page())
        for (name, labels), value in expected.items():
            with self.subTest(name=name, labels=labels):
                self.assertAlmostEqual(total(page, name, **dict(labels)), value, places=6)

    def test_values_and_labels(self):
        key, team = key_hash("one"), "team-1"
        self.sql("""INSERT INTO "LiteLLM_VerificationToken" (token, key_alias, team_id)
                    VALUES (%s, 'batch', %s)""", (key, team))
        self.sql("""INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias) VALUES (%s, 'search')""",
                 (team,))
        exporter = self.exporter(ALL_ON)
        usage = {"prompt_tokens_details": {"cached_tokens": 30},
                 "completion_tokens_details": {"reasoning_tokens": 7},
                 "cache_creation_input_tokens": 11}
        who = {"api_key": key, "team_id": team, "user": "u1", "end_user": "e1"}
        self.insert([
            {**who, "spend": 0.25, "prompt_tokens": 100, "completion_tokens": 11,
             "total_tokens": 111, "startTime": -10, "endTime": -4, "completionStartTime": -9,
             "request_tags": ["a", "b", "a", "User-Agent: curl/8"],
             "metadata": {"usage_object": usage, "attempted_retries": 2, "attempted_fallbacks": 1,
                          "guardrail_information": [{"guardrail_name": "pii",
                                                     "guardrail_status": "guardrail_intervened"}]},
             "mcp_namespaced_tool_name": "wiki-search"},
            {**who, "cache_hit": "True", "total_tokens": 5, "prompt_tokens": 5},
            {**who, "total_tokens": 9, "prompt_tokens": 4, "completion_tokens": 5},
            {**who, **failure("litellm.Timeout", "408")},
        ])
        self.wait_total(exporter, 4)
        model = {"model": "gpt-4o-mini", "provider": "openai"}
        by_team = {"team": team, "team_alias": "search", "model": "gpt-4o-mini"}
        by_key = {"key": key, "key_alias": "batch", "team": team}
        streamed = "litellm_time_to_first_token_seconds"
        by_token = "litellm_time_per_output_token_seconds"
        self.check(exporter, {(name, tuple(labels.items())): value for name, labels, value in [
            ("litellm_requests_total", {**model, "status": "success"}, 3),
            ("litellm_requests_total", {**model, "status": "failure"}, 1),
            ("litellm_errors_total",
             {**model, "exception_class": "Timeout", "status_code": "408"}, 1),
            ("litellm_request_duration_seconds_count", {**model, "status": "success"}, 3),
            ("litellm_request_duration_seconds_sum", {**model, "status": "success"}, 8),
            ("litellm_request_duration_seconds_bucket", {"status": "success", "le": "5"}, 2),
            ("litellm_request_duration_seconds_bucket", {"status": "success", "le": "10"}, 3),
            (streamed + "_count", model, 1), (streamed + "_sum", model, 1),
            (by_token + "_count", model, 1), (by_token + "_sum", model, 0.5),
            ("litellm_spend_usd_total", model, 0.25),
            ("litellm_input_tokens_total", model, 109),
            ("litellm_output_tokens_total", model, 16),
            ("litellm_input_cached_tokens_total", model, 30),
            ("litellm_input_cache_creation_tokens_total", model, 11),
            ("litellm_output_reasoning_tokens_total", model, 7),
            ("litellm_cache_hits_total", model, 1),
            ("litellm_unpriced_requests_total", model, 1),
            ("litellm_request_retries_total", model, 2),
            ("litellm_request_fallbacks_total", model, 1),
            ("litellm_team_requests_total", {**by_team, "status": "success"}, 3),
            ("litellm_team_requests_total", {**by_team, "status": "failure"}, 1),
            ("litellm_team_spend_usd_total", by_team, 0.25),
            ("litellm_team_input_tokens_total", by_team, 109),
            ("litellm_team_output_tokens_total", by_team, 16),
            ("litellm_key_requests_total", {**by_key, "status": "success"}, 3),
            ("litellm_key_requests_total", {**by_key, "status": "failure"}, 1),
            ("litellm_key_spend_usd_total", by_key, 0.25),
            ("litellm_key_input_tokens_total", by_key, 109),
            ("litellm_key_output_tokens_total", by_key, 16),
            ("litellm_tag_requests_total", {"tag": "a"}, 1),
            ("litellm_tag_requests_total", {"tag": "b"}, 1),
            ("litellm_tag_requests_total", {}, 2),
            ("litellm_tag_spend_usd_total", {"tag": "b"}, 0.25),
            ("litellm_user_requests_total", {"user": "u1"}, 4),
            ("litellm_user_spend_usd_total", {"user": "u1"}, 0.25),
            ("litellm_end_user_requests_total", {"end_user": "e1"}, 4),
            ("litellm_end_user_spend_usd_total", {"end_user": "e1"}, 0.25),
            ("litellm_guardrail_evaluations_total",
             {"guardrail": "pii", "status": "guardrail_intervened"}, 1),
            ("litellm_mcp_tool_calls_total", {"tool": "wiki-search"}, 1),
            ("litellm_exporter_spend_log_rows_total", {}, 4),
            ("litellm_exporter_spend_log_lag_seconds_count", {}, 4),
        ]})

    def test_personal_families_are_off_unless_asked_for(self):
        exporter = self.exporter()
        self.insert([{"user": "somebody", "end_user": "somebody"}])
        self.wait_total(exporter, 1)
        self.assertFalse([line for line in exporter.page().splitlines()
                          if "somebody" in line or "litellm_user_requests_total{" in line])

    def test_strange_values_are_left_out_and_counted(self):
        exporter = self.exporter()
        usage = {"usage_object": {"prompt_tokens_details": {"cached_tokens": "many"}}}
        self.insert([
            {"startTime": -1, "endTime": -5},
            {"spend": float("nan")}, {"spend": float("inf")}, {"spend": -3.0},
            {"prompt_tokens": -5},
            {"metadata": usage},
            {"metadata": {"attempted_retries": -1}},
            {"metadata": "[1, 2]"}, {"metadata": '"text"'}, {"metadata": None},
            {"request_tags": '{"not": "a list"}'}, {"request_tags": '"[\\"inner\\"]"'},
            {"request_tags": None, "team_id": None, "end_user": None, "cache_hit": None,
             "model_group": None, "custom_llm_provider": None, "status": None, "model": ""},
            {"startTime": -5, "endTime": -4, "completionStartTime": -8},
            {"metadata": {"guardrail_information": {"guardrail_name": "old"}}},
        ])
        self.wait_total(exporter, 15)
        self.check(exporter, {
            ("litellm_exporter_spend_log_invalid_rows_total", (("reason", "duration"),)): 1,
            ("litellm_exporter_spend_log_invalid_rows_total", (("reason", "spend"),)): 3,
            ("litellm_exporter_spend_log_invalid_rows_total", (("reason", "tokens"),)): 1,
            ("litellm_exporter_spend_log_invalid_rows_total", (("reason", "usage"),)): 1,
            ("litellm_exporter_spend_log_invalid_rows_total", (("reason", "attempts"),)): 1,
            ("litellm_exporter_spend_log_invalid_rows_total", (("reason", "tags"),)): 1,
            ("litellm_exporter_spend_log_invalid_rows_total", (("reason", "first_token"),)): 1,
            ("litellm_request_duration_seconds_count", ()): 14,
            ("litellm_requests_total", (("model", "unknown"), ("provider", "unknown"))): 1,
            ("litellm_spend_usd_total", ()): 0,
            ("litellm_tag_requests_total", (("tag", "inner"),)): 1,
            ("litellm_guardrail_evaluations_total",
             (("guardrail", "old"), ("status", "unknown"))): 1,
        })

    def test_the_oldest_schema_counts_what_it_has(self):
        for column in ("session_id", "proxy_server_request", "status", "mcp_namespaced_tool_name",
                       "organization_id", "agent_id", "request_duration_ms", "created_at",
                       "updated_at", "litellm_call_id"):
            self.sql(f'ALTER TABLE "LiteLLM_SpendLogs" DROP COLUMN "{column}"')
        for table in ("LiteLLM_DeletedVerificationToken", "LiteLLM_DeletedTeamTable",
                      "LiteLLM_TagTable"):
            self.sql(f'DROP TABLE "{table}"')
        exporter = self.exporter()
        self.sql("""INSERT INTO "LiteLLM_SpendLogs"
                    (request_id, call_type, "startTime", "endTime", model, metadata) VALUES
                    ('a', '', now(), now(), 'm', '{"status": "failure"}'),
                    ('b', '', now(), now(), 'm', '{}')""")
        self.wait_total(exporter, 1, status="failure")
        self.wait_total(exporter, 1, status="success")
        self.assertEqual(exporter.log().count("reading the spend log"), 1)
        # Once for the names, once for the budgets.
        self.assertEqual(exporter.log().count("LiteLLM_TagTable (no such table)"), 2)
        # status, mcp_namespaced_tool_name, organization_id and agent_id; the three tables.
        for collector, gaps in (("spend_log", 4), ("aliases", 3), ("tags", 1), ("keys", 0)):
            self.assertEqual(metric(exporter, "litellm_exporter_schema_gaps", collector=collector), gaps, collector)

    def test_columns_appear_with_an_upgrade_while_running(self):
        self.sql('ALTER TABLE "LiteLLM_SpendLogs" DROP COLUMN status')
        exporter = self.exporter()
        self.sql('ALTER TABLE "LiteLLM_SpendLogs" ADD COLUMN status text')
        self.sql(f'GRANT SELECT (status) ON "LiteLLM_SpendLogs" TO {EXPORTER_ROLE}')
        # Rows that are read before it is known are read without it.
        wait_until(lambda: metric(exporter, "litellm_exporter_schema_gaps", collector="spend_log") == 0, 30, "the column is known")
        self.insert([{**failure(), "metadata": {}}])
        self.wait_total(exporter, 1, status="failure")

    def test_a_column_that_may_not_be_read_switches_off_what_depends_on_it(self):
        self.sql(f'REVOKE SELECT (metadata, request_tags) ON "LiteLLM_SpendLogs" FROM {EXPORTER_ROLE}')
        exporter = self.exporter()
        self.insert([{**failure(), "request_tags": ["a"]}, {"spend": 2.0}])
        self.wait_total(exporter, 2)
        self.assertEqual(metric(exporter, "litellm_spend_usd_total"), 2)
        self.assertEqual(metric(exporter, "litellm_errors_total", status_code="unknown"), 1)
        self.assertIn("tags", exporter.log())

    def test_aliases_of_deleted_keys_and_of_rows(self):
        deleted, stranger = key_hash("deleted"), key_hash("from the row")
        self.sql("""INSERT INTO "LiteLLM_DeletedVerificationToken" (id, token, key_alias)
                    VALUES ('1', %s, 'old-batch')""", (deleted,))
        exporter = self.exporter()
        self.insert([
            {"api_key": deleted},
            {"api_key": stranger, "team_id": "t9",
             "metadata": {"user_api_key_alias": "hinted", "user_api_key_team_alias": "crew"}},
            {"api_key": "litellm_proxy_master_key"},
        ])
        self.wait_total(exporter, 3)
        self.assertEqual(metric(exporter, "litellm_key_requests_total", key=deleted,
                                key_alias="old-batch"), 1)
        self.assertEqual(metric(exporter, "litellm_key_requests_total", key=stranger,
                                key_alias="hinted"), 1)
        self.assertEqual(metric(exporter, "litellm_team_requests_total", team="t9",
                                team_alias="crew"), 1)
        self.assertEqual(metric(exporter, "litellm_key_requests_total",
                                key="litellm_proxy_master_key"), 1)

    def test_a_new_key_is_known_from_its_first_failure_on(self):
        exporter = self.exporter(FAST.replace("entities: {poll_interval: 1s}",
                                              "entities: {poll_interval: 1h}"))
        key = key_hash("fresh")
        self.sql("""INSERT INTO "LiteLLM_VerificationToken" (token, key_alias, created_at)
                    VALUES (%s, 'fresh', now() AT TIME ZONE 'UTC')""", (key,))
        self.insert([{"api_key": key, **failure()}, {"api_key": key_hash("bogus"), **failure()}])
        self.wait_total(exporter, 2)
        self.assertEqual(metric(exporter, "litellm_key_requests_total", key=key, key_alias="fresh"), 1)
        self.assertEqual(metric(exporter, "litellm_key_requests_total", key="unknown"), 1)

    def test_buckets_from_the_configuration_and_a_changed_set_starts_afresh(self):
        exporter = self.exporter(FAST + "histograms: {request_duration_seconds: [1, 2]}\n", flags=["--web.enable-lifecycle"])
        self.insert([{}], duration=1.5)
        self.wait_total(exporter, 1)
        self.assertEqual(metric(exporter, "litellm_request_duration_seconds_bucket", le="2",
                                status="success"), 1)
        exporter.config_file.write_text(
            FAST + "histograms: {request_duration_seconds: [1, 5]}\n", encoding="utf-8")
        self.assertEqual(exporter.get("/-/reload", method="POST")[0], 200)
        self.insert([{}], duration=1.5)
        self.wait_total(exporter, 2)
        self.assertEqual(metric(exporter, "litellm_request_duration_seconds_count"), 1)
        self.assertEqual(metric(exporter, "litellm_request_duration_seconds_bucket", le="5"), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)

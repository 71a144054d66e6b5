# SPDX-License-Identifier: Apache-2.0
"""Requests that become rows nowhere, counted from LiteLLM's daily sums."""

import threading
import unittest

from harness import EXPORTER_ROLE, FAST, IntegrationCase, keep_clear_of, metric, parse_page, wait_polls, wait_until
from deliveries import deliver
from rows import failure, insert, key_hash
from sums import account, day

REQUESTS = "litellm_requests_total"
SOURCE = "litellm_exporter_request_source"
ALONE = FAST.replace("sweep_interval: 2s", "sweep_interval: 2s, source: daily")
# To see that most of what the sums gain becomes no row takes half a minute by the database's clock.
NOTICED = 120


class Sums(IntegrationCase):
    def setUp(self):
        super().setUp()
        keep_clear_of(86400)
        self.connection = self.cluster.connect(database=self.database)
        self.addCleanup(self.connection.close)

    def followed(self, **options):
        exporter = self.exporter(**options)
        wait_polls(exporter, 1, "sums")
        return exporter

    def log(self, requests):
        """Where LiteLLM logs."""
        insert(self.connection, requests)
        account(self.connection, requests)

    def wait_source(self, exporter, success, failures):
        wait_until(lambda: (metric(exporter, SOURCE, outcome="success", source=success),
                            metric(exporter, SOURCE, outcome="failure", source=failures)) == (1, 1), NOTICED, "the sources")
        self.assertEqual(metric(exporter, SOURCE), 2)

    def settle(self, exporter, expected, family=REQUESTS, **labels):
        wait_until(lambda: metric(exporter, family, **labels) >= expected - 1e-9, NOTICED, f"{expected} of {family} {labels}")
        wait_polls(exporter, 3, "sums")
        self.assertAlmostEqual(metric(exporter, family, **labels), expected)

    def test_what_the_log_lacks_is_counted_from_the_sums(self):
        account(self.connection, [{}] * 50)
        exporter = self.followed()
        self.wait_source(exporter, "log", "log")
        self.log([{"spend": 0.5}] * 4 + [failure()])
        self.settle(exporter, 5)
        # disable_error_logs.
        self.log([{}] * 3)
        account(self.connection, [failure()] * 2)
        self.settle(exporter, 10)
        self.wait_source(exporter, "log", "daily")
        self.log([{}] * 2)
        account(self.connection, [failure()] * 3)
        self.settle(exporter, 15)
        # disable_spend_logs.
        account(self.connection, [{"spend": 0.25, "prompt_tokens": 3}] * 6 + [failure()])
        self.settle(exporter, 22)
        self.wait_source(exporter, "daily", "daily")
        self.assertEqual(metric(exporter, REQUESTS, status="failure"), 7)
        self.settle(exporter, 7, "litellm_errors_total")
        self.assertEqual(metric(exporter, "litellm_spend_usd_total"), 3.5)
        self.assertEqual(metric(exporter, "litellm_input_tokens_total"), 18)
        # Logged again, and the sums are seen before the rows: they go on until nothing moves for a minute.
        again = [{"spend": 1}] * 2 + [failure()]
        account(self.connection, again)
        self.settle(exporter, 25)
        insert(self.connection, again)
        wait_until(lambda: "requests become rows again; they are counted" in exporter.log(), NOTICED, "a word of the rows")
        wait_until(lambda: metric(exporter, SOURCE, outcome="success", source="log") == 1, NOTICED, "the log is the source again")
        self.log([{"spend": 1}] * 2 + [failure()])
        self.settle(exporter, 28)
        self.assertEqual(metric(exporter, "litellm_spend_usd_total"), 7.5)
        self.assertEqual(metric(exporter, "litellm_exporter_baselines_total"), 1)

    def test_rows_are_ahead_of_the_first_sums(self):
        exporter = self.followed()
        deliver(self.connection, [{}] * 16 + [failure()] * 4, logged=False)
        self.settle(exporter, 20)
        # The first booking fills the table of models, the others come later.
        account(self.connection, [{}] * 3 + [failure()])
        wait_polls(exporter, 3, "sums")
        account(self.connection, [{}] * 13 + [failure()] * 3)
        wait_polls(exporter, 3, "sums")
        account(self.connection, [{"spend": 1}] * 10)
        self.wait_source(exporter, "daily", "ledger")
        self.settle(exporter, 30)
        self.assertEqual(metric(exporter, "litellm_key_requests_total"), 30)
        self.assertEqual(metric(exporter, "litellm_spend_usd_total"), 10)

    def test_the_first_sums_of_models_become_no_rows(self):
        exporter = self.followed()
        account(self.connection, [{"spend": 1}] * 4)
        wait_polls(exporter, 3, "sums")
        account(self.connection, [{"spend": 1}] * 6)
        self.wait_source(exporter, "daily", "log")
        self.settle(exporter, 10)
        self.assertEqual(metric(exporter, "litellm_key_requests_total"), 10)
        self.assertEqual(metric(exporter, "litellm_spend_usd_total"), 10)

    def test_whose_requests_they_were(self):
        self.sql('INSERT INTO "LiteLLM_VerificationToken" (token, key_alias, team_id, created_at) VALUES (%s, %s, %s, now())',
                 (key_hash("a"), "alpha", "t"))
        exporter = self.followed(config=ALONE + "families: {users: true, end_users: true}\n")
        request = {"api_key": key_hash("a"), "team_id": "t", "user": "u", "end_user": "e", "organization_id": "o", "agent_id": "g",
                   "request_tags": ["x", "y", "User-Agent: z"], "spend": 0.5, "prompt_tokens": 2, "completion_tokens": 3, "cached": 1}
        account(self.connection, [request, request, {**request, "status": "failure", "spend": 0}], times=True)
        account(self.connection, [{"model": "openai/m2", "model_group": "g2"}, {"mcp_namespaced_tool_name": "s-t", "model": "MCP: s-t",
                                                                          "model_group": "", "custom_llm_provider": ""}])
        self.settle(exporter, 5)
        page = parse_page(exporter.page())

        def value(family, **labels):
            return sum(v for (name, pairs), v in page.items() if name == family and labels.items() <= dict(pairs).items())
        self.assertEqual(value(REQUESTS, model="gpt-4o-mini", provider="openai", status="success"), 2)
        self.assertEqual(value(REQUESTS, model="g2", provider="openai"), 1)
        self.settle(exporter, 1, "litellm_errors_total", exception_class="unknown", status_code="unknown")
        self.assertEqual(value("litellm_key_requests_total", key_alias="alpha", team="t", status="success"), 2)
        self.assertEqual(value("litellm_team_requests_total", team="t", model="gpt-4o-mini", status="failure"), 1)
        self.assertEqual(value("litellm_team_spend_usd_total", team="t"), 1)
        self.assertEqual(value("litellm_organization_requests_total", organization="o"), 3)
        self.assertEqual(value("litellm_agent_output_tokens_total", agent="g"), 9)
        self.assertEqual(value("litellm_user_requests_total", user="u"), 3)
        self.assertEqual(value("litellm_end_user_requests_total", end_user="e"), 3)
        self.assertEqual(value("litellm_tag_requests_total", tag="x"), 3)
        self.assertEqual(value("litellm_tag_requests_total"), 6)
        self.assertEqual(value("litellm_mcp_tool_calls_total", tool="s-t"), 1)
        self.assertEqual(value("litellm_input_cached_tokens_total"), 3)
        self.assertEqual(value("litellm_response_time_seconds_total", model="gpt-4o-mini"), 4.5)
        self.assertEqual(value("litellm_timed_requests_total"), 3)
        self.assertEqual(value("litellm_request_duration_seconds_count"), 0, "no sum tells how long each took")

    def test_kills_corrections_and_deleted_rows(self):
        self.sql('DROP TABLE "LiteLLM_DailyModelUsage"')
        exporter = self.followed(config=ALONE)
        total = 0
        for round_ in range(3):
            account(self.connection, [{}] * 3 + [{"user": None}] * 2 + [{"user": f"u{round_}", "spend": 1}], model_usage=False)
            total += 6
            self.settle(exporter, total, "litellm_key_requests_total")
            exporter.kill()
            account(self.connection, [{"user": "late"}] * 4, model_usage=False)
            account(self.connection, [{}], days_ago=1, model_usage=False)
            total += 5
            exporter.start()
            exporter.wait_ready()
            self.settle(exporter, total, "litellm_key_requests_total")
            # An operator corrects, while the others grow.
            self.sql('UPDATE "LiteLLM_DailyUserSpend" SET successful_requests = 0, spend = 0 WHERE user_id = %s', ("late",))
            self.sql('DELETE FROM "LiteLLM_DailyUserSpend" WHERE user_id = %s', (f"u{round_}",))
            account(self.connection, [{}] * 2, model_usage=False)
            total += 2
            self.settle(exporter, total, "litellm_key_requests_total")
        self.assertEqual(metric(exporter, REQUESTS), total)
        self.assertEqual(metric(exporter, "litellm_spend_usd_total"), 3)
        exporter.stop()
        self.cluster.stop("immediate")
        self.cluster.start()
        self.connection = self.cluster.connect(database=self.database)
        account(self.connection, [{}] * 3, model_usage=False)
        exporter.start()
        exporter.wait_ready()
        self.settle(exporter, total + 3)

    def test_a_large_table_is_counted_by_what_has_changed(self):
        self.sql("""INSERT INTO "LiteLLM_DailyUserSpend" (id, user_id, api_key, date, model, model_group, custom_llm_provider,
                                                          successful_requests, spend, updated_at)
                    SELECT gen_random_uuid()::text, 'u' || n, '', to_char(now() AT TIME ZONE 'UTC' - n % 2 * interval '1 day',
                           'YYYY-MM-DD'), 'gpt-4o-mini', 'gpt-4o-mini', 'openai', 100, 1, now() FROM generate_series(1, 25000) n""")
        exporter = self.followed(config=ALONE)
        self.assertEqual(metric(exporter, REQUESTS), 0, "what lies before the baseline")
        account(self.connection, [{"user": "u2", "spend": 1}] * 3 + [{"user": "new"}] * 2, model_usage=False)
        self.settle(exporter, 5)
        # A correction of one row hides nothing of what another one of its group gains.
        self.sql('UPDATE "LiteLLM_DailyUserSpend" SET successful_requests = 10 WHERE user_id = %s', ("u4",))
        account(self.connection, [{"user": "u6"}] * 4, model_usage=False)
        self.settle(exporter, 9)
        exporter.kill()
        account(self.connection, [{"user": "u2"}] * 2, model_usage=False)
        exporter.start()
        exporter.wait_ready()
        self.settle(exporter, 11)
        self.assertEqual(metric(exporter, "litellm_spend_usd_total"), 3)

    def test_many_writers_under_kills(self):
        exporter = self.followed(config=ALONE)
        stop = threading.Event()
        written = [0, 0, 0]

        def write(number):
            connection = self.cluster.connect(database=self.database)
            while not stop.is_set():
                account(connection, [{"user": f"u{number}", "team_id": f"t{number % 2}"}])
                written[number] += 1
            connection.close()
        writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
        for writer in writers:
            writer.start()
        try:
            for _ in range(4):
                seen = metric(exporter, REQUESTS)
                wait_until(lambda before=seen: metric(exporter, REQUESTS) > before, 60, "further requests")
                exporter.kill()
                exporter.start()
                exporter.wait_ready()
        finally:
            stop.set()
            for writer in writers:
                writer.join()
        self.settle(exporter, sum(written))
        self.settle(exporter, sum(written), "litellm_team_requests_total")

    def test_the_ledger_comes_before_the_sums(self):
        exporter = self.followed()
        for _ in range(4):
            deliver(self.connection, [{}] * 5, logged=False)
            account(self.connection, [{}] * 5)
            wait_polls(exporter, 5, "sums")
        self.settle(exporter, 20)
        self.wait_source(exporter, "ledger", "log")

    def test_a_log_that_loses_little_stays_the_source(self):
        exporter = self.followed()
        self.log([{}] * 20)
        self.settle(exporter, 20)
        self.log([{}] * 20)
        account(self.connection, [{}])
        self.settle(exporter, 40)
        self.assertEqual(metric(exporter, SOURCE, outcome="success", source="log"), 1)

    def test_each_source_says_what_it_has_of_today(self):
        account(self.connection, [{}] * 7)
        insert(self.connection, [{}] * 7)
        exporter = self.followed()
        self.log([{}] * 3)
        deliver(self.connection, [{}] * 4)
        account(self.connection, [{}] * 6)

        def audit():
            return {source: metric(exporter, "litellm_spend_log_audit_today_requests", source=source)
                    for source in ("spend_log", "ledger", "daily")}
        wait_until(lambda: audit() == {"spend_log": 7, "ledger": 4, "daily": 9}, 60, "what each source has")
        exporter.kill()
        exporter.start()
        exporter.wait_ready()
        wait_until(lambda: audit() == {"spend_log": 7, "ledger": 4, "daily": 9}, 60, "the same after a kill")

    def test_without_the_right_to_read_the_sums(self):
        self.sql(f'REVOKE ALL ON "LiteLLM_DailyUserSpend" FROM {EXPORTER_ROLE}')
        self.sql(f'REVOKE SELECT (id) ON "LiteLLM_DailyUserSpend" FROM {EXPORTER_ROLE}')
        exporter = self.followed()
        insert(self.connection, [{}] * 2)
        self.settle(exporter, 2)
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="sums"), 1, exporter.log())


if __name__ == "__main__":
    unittest.main()

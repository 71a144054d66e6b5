# SPDX-License-Identifier: Apache-2.0
"""Requests that LiteLLM does not write to its spend log, counted from the ledger of its accounting."""

import json
import threading
import unittest

from harness import EXPORTER_ROLE, FAST, IntegrationCase, metric, parse_page, wait_polls, wait_until
from deliveries import book, deliver
from rows import failure, insert, key_hash

REQUESTS = "litellm_requests_total"
SOURCE = "litellm_exporter_request_source"
KEY = key_hash("a")
ALONE = FAST.replace("sweep_interval: 2s", "sweep_interval: 2s, source: ledger")


class Accounts(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.connection = self.cluster.connect(database=self.database)
        self.addCleanup(self.connection.close)

    def wait_source(self, exporter, success, failures):
        wait_until(lambda: (metric(exporter, SOURCE, outcome="success", source=success),
                            metric(exporter, SOURCE, outcome="failure", source=failures)) == (1, 1), 30, "the sources")
        self.assertEqual(metric(exporter, SOURCE), 2)

    def settle(self, exporter, expected, **labels):
        self.wait_total(exporter, expected, **labels)
        wait_polls(exporter, 3, "ledger")
        self.assertEqual(metric(exporter, REQUESTS, **labels), expected)

    def lose_and_double_nothing(self):
        exporter = self.exporter()
        deliver(self.connection, [{}] * 2, logged=False)
        self.settle(exporter, 2)
        for round_ in range(1, 4):
            exporter.kill()
            deliver(self.connection, [{}] * 5, logged=False)
            book(self.connection, limit=4)
            deliver(self.connection, [{}] * 2, logged=True)
            exporter.start()
            exporter.wait_ready()
            deliver(self.connection, [{}] * 3, logged=False)
            book(self.connection)
            self.settle(exporter, 2 + 10 * round_)
        exporter.stop()
        self.cluster.stop("immediate")
        self.cluster.start()
        self.connection = self.cluster.connect(database=self.database)
        deliver(self.connection, [{}] * 4, logged=False)
        book(self.connection, state="parked")
        exporter.start()
        exporter.wait_ready()
        self.settle(exporter, 36)
        self.assertEqual(metric(exporter, "litellm_exporter_baselines_total"), 1)


class Ledger(Accounts):
    def test_each_request_is_counted_once_wherever_it_stands(self):
        exporter = self.exporter()
        self.wait_source(exporter, "log", "log")
        deliver(self.connection, [{}] * 5 + [failure()] * 2)
        self.settle(exporter, 7)
        # disable_error_logs, and then disable_spend_logs.
        deliver(self.connection, [{}] * 3 + [failure()] * 4, logged=lambda request: request.get("status") != "failure")
        self.settle(exporter, 14)
        self.wait_source(exporter, "log", "ledger")
        book(self.connection)
        deliver(self.connection, [{"spend": 0.5, "prompt_tokens": 3, "completion_tokens": 7}] * 6 + [failure()], logged=False)
        self.settle(exporter, 21)
        self.wait_source(exporter, "ledger", "ledger")
        book(self.connection)
        deliver(self.connection, [{}] * 2 + [failure()])
        self.settle(exporter, 24)
        self.wait_source(exporter, "log", "log")
        self.assertEqual(metric(exporter, REQUESTS, status="failure"), 8)
        self.assertEqual(metric(exporter, "litellm_spend_usd_total"), 3)
        self.assertEqual(metric(exporter, "litellm_input_tokens_total"), 18)
        self.assertEqual(metric(exporter, "litellm_output_tokens_total"), 42)
        self.assertEqual(metric(exporter, "litellm_exporter_recovered_requests_total"), 0)
        self.assertEqual(metric(exporter, "litellm_exporter_spend_log_rows_total"), 13)

    def test_what_a_delivery_tells(self):
        exporter = self.exporter(FAST + "families: {users: true, end_users: true, organizations: true, projects: true}\n")
        usage = {"prompt_tokens_details": {"cached_tokens": 5}, "completion_tokens_details": {"reasoning_tokens": 2}}
        request = {"api_key": KEY, "team_id": "t1", "user": "u1", "end_user": "c1", "organization_id": "o1",
                   "request_tags": ["batch", "x"], "spend": 0.25, "prompt_tokens": 10, "completion_tokens": 4,
                   "model_group": "smart", "custom_llm_provider": "azure", "call_type": "aembedding",
                   "metadata": {"usage_object": usage, "accounting_entities": {"project_id": "p1"}}}
        retry = {**request, "metadata": {"billed_retry_attempt": True}, "status": "failure"}
        deliver(self.connection, [request, retry], logged=False, duration=2.5)
        self.settle(exporter, 1)
        page = exporter.page()
        for name, labels, value in (
                (REQUESTS, {"model": "smart", "provider": "azure", "status": "success"}, 1),
                ("litellm_spend_usd_total", {"model": "smart"}, 0.5),
                ("litellm_request_duration_seconds_sum", {"model": "smart"}, 2.5),
                ("litellm_input_cached_tokens_total", {}, 5), ("litellm_output_reasoning_tokens_total", {}, 2),
                ("litellm_team_requests_total", {"team": "t1"}, 1), ("litellm_key_requests_total", {"key": KEY}, 1),
                ("litellm_user_requests_total", {"user": "u1"}, 1), ("litellm_tag_requests_total", {"tag": "batch"}, 1),
                ("litellm_organization_requests_total", {"organization": "o1"}, 1),
                ("litellm_project_requests_total", {"project": "p1"}, 1),
                ("litellm_internal_calls_total", {"origin": "billed_retry"}, 1)):
            self.assertEqual(metric_of(page, name, **labels), value, name)
        self.assertEqual(metric_of(page, "litellm_exporter_spend_log_invalid_rows_total"), 0)

    def test_an_answer_from_the_cache_costs_nothing_and_says_so(self):
        exporter = self.exporter()
        used = {"prompt_tokens": 5, "completion_tokens": 5}
        deliver(self.connection, [{**used, "request_id": "chatcmpl-1_cache_hit1764447123.456"}, used], logged=False)
        self.settle(exporter, 2)
        self.assertEqual(metric(exporter, "litellm_cache_hits_total"), 1)
        self.assertEqual(metric(exporter, "litellm_unpriced_requests_total"), 1)

    def test_one_row_that_makes_no_sense_stops_no_other(self):
        exporter = self.exporter()
        deliver(self.connection, [{}] * 3, logged=False)
        self.sql("UPDATE \"LiteLLM_SpendLogDelivery\" SET next_attempt_at = 'infinity'"
                 " WHERE delivery_id = (SELECT min(delivery_id) FROM \"LiteLLM_SpendLogDelivery\")")
        for number, payload in enumerate(('{"startTime": "yesterday"}', '{"startTime": 7, "spend": "much"}', '[]', '7',
                                          '{"request_duration_ms": "long", "startTime": "2026-01-02T03:04:05+00:00"}')):
            self.sql('INSERT INTO "LiteLLM_SpendLogDelivery" (delivery_id, request_id, accounting_payload, is_batch)'
                     f" VALUES ('odd{number}', 'odd', %s, false)", (payload,))
        deliver(self.connection, [{}] * 2, logged=False)
        wait_until(lambda: metric(exporter, REQUESTS) >= 5, 30, "the others are counted")
        wait_polls(exporter, 5, "ledger")
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="ledger"), 1)
        left_out = metric(exporter, "litellm_exporter_spend_log_invalid_rows_total", reason="undecodable")
        self.assertEqual(metric(exporter, REQUESTS) + left_out, 10)
        deliver(self.connection, [{}], logged=False)
        self.wait_total(exporter, 11 - left_out)

    def test_a_request_whose_id_another_one_has(self):
        exporter = self.exporter()
        deliver(self.connection, [{"request_id": "1"}])
        self.settle(exporter, 1)
        for number in (2, 3):
            deliver(self.connection, [{"request_id": "1"}], duration=5)
            self.settle(exporter, number)
        self.assertEqual(metric(exporter, "litellm_exporter_recovered_requests_total"), 2)
        self.assertEqual(metric(exporter, SOURCE, outcome="success", source="log"), 1)

    def test_what_was_counted_from_the_log_and_is_deleted_there_is_not_counted_again(self):
        exporter = self.exporter()
        deliver(self.connection, [{}] * 3)
        self.settle(exporter, 3)
        self.sql('DELETE FROM "LiteLLM_SpendLogs"')
        # As if the ledger were seen for the first time.
        self.sql("UPDATE \"LiteLLM_SpendLogDelivery\" SET delivery_id = delivery_id || '-again'")
        wait_polls(exporter, 3, "ledger")
        self.assertEqual(metric(exporter, REQUESTS), 3)

    def test_kills_and_outages(self):
        self.lose_and_double_nothing()

    def test_many_writers_while_deliveries_are_booked(self):
        exporter = self.exporter()
        done = threading.Event()

        def write(number):
            connection = self.cluster.connect(database=self.database)
            for round_ in range(40):
                deliver(connection, [{}] * 5, logged=(number + round_ // 10) % 2 == 0)
            connection.close()

        def account():
            connection = self.cluster.connect(database=self.database)
            while not done.is_set():
                book(connection, limit=37)
            connection.close()
        writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        accountant = threading.Thread(target=account)
        accountant.start()
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        done.set()
        accountant.join()
        self.settle(exporter, 800)

    def test_a_ledger_that_comes_later_or_may_not_be_read(self):
        self.sql(f'REVOKE ALL ON "LiteLLM_SpendLogDelivery" FROM {EXPORTER_ROLE}')
        exporter = self.exporter()
        deliver(self.connection, [{}] * 3, logged=False)
        deliver(self.connection, [{}] * 2)
        self.settle(exporter, 2)
        self.wait_source(exporter, "log", "log")
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="ledger"), 1)
        self.assertGreater(metric(exporter, "litellm_exporter_schema_gaps", collector="ledger"), 0)
        self.assertEqual(exporter.log().count("the ledger cannot be read"), 1, exporter.log())
        self.sql(f'GRANT SELECT ON "LiteLLM_SpendLogDelivery" TO {EXPORTER_ROLE}')
        wait_until(lambda: metric(exporter, "litellm_exporter_schema_gaps", collector="ledger") == 0, 30, "the rights")
        deliver(self.connection, [{}] * 4, logged=False)
        self.settle(exporter, 6)
        self.sql('DROP TABLE "LiteLLM_SpendLogDelivery"')
        insert(self.connection, [{}])
        self.settle(exporter, 7)

    def test_a_log_that_may_not_be_read_for_a_while(self):
        exporter = self.exporter()
        deliver(self.connection, [{}] * 2)
        self.settle(exporter, 2)
        self.sql(f'REVOKE SELECT ON "LiteLLM_SpendLogs" FROM {EXPORTER_ROLE}')
        self.sql(f'REVOKE SELECT ("startTime") ON "LiteLLM_SpendLogs" FROM {EXPORTER_ROLE}')
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="spend_log") == 0, 30, "no rights")
        deliver(self.connection, [{}] * 3)
        deliver(self.connection, [{}] * 4, logged=False)
        wait_polls(exporter, 3, "ledger")
        self.assertEqual(metric(exporter, REQUESTS), 2)
        self.sql(f'GRANT SELECT ON "LiteLLM_SpendLogs" TO {EXPORTER_ROLE}')
        self.settle(exporter, 9)

    def test_a_change_of_the_source_doubles_nothing(self):
        exporter = self.exporter()
        deliver(self.connection, [{}])
        self.settle(exporter, 1)
        self.restart(exporter, ALONE)
        deliver(self.connection, [{}] * 3)
        self.settle_alone(exporter, 4)
        self.restart(exporter, FAST)
        deliver(self.connection, [{}] * 2)
        self.settle(exporter, 6)
        exporter.stop()
        deliver(self.connection, [{}] * 4)
        self.restart(exporter, ALONE)
        self.settle_alone(exporter, 10)

    def restart(self, exporter, config):
        exporter.stop()
        exporter.config_file.write_text(config, encoding="utf-8")
        exporter.start()
        exporter.wait_ready()
        wait_polls(exporter, 2, "ledger")

    def settle_alone(self, exporter, expected):
        wait_until(lambda: metric(exporter, REQUESTS) == expected, 30, f"{expected} are counted")
        wait_polls(exporter, 3, "ledger")
        self.assertEqual(metric(exporter, REQUESTS), expected)

    def test_what_the_doctor_says_of_it(self):
        def subject(name):
            exporter = self.exporter(start=False)
            found, = (check for check in json.loads(exporter.run("doctor", "--json").stdout)["checks"] if check["subject"] == name)
            return found["level"], found["message"], found["next_step"]
        self.assertEqual(subject("ledger"), ("ok", "is empty", ""))
        deliver(self.connection, [{}] * 3 + [failure()] * 2, logged=lambda request: request.get("status") != "failure")
        book(self.connection)
        level, message, _ = subject("ledger")
        self.assertEqual((level, message.partition(";")[0]),
                         ("ok", "of its newest 3 successes the spend log has 3, of 2 failures 0"))
        self.assertEqual(subject("log switch")[0], "ok")
        self.sql(f'REVOKE SELECT (created_at) ON "LiteLLM_SpendLogDelivery" FROM {EXPORTER_ROLE}')
        level, message, remedy = subject("ledger")
        self.assertEqual(level, "warning")
        self.assertIn('"LiteLLM_SpendLogDelivery" cannot be read without created_at', message)
        self.assertIn("role.sql", remedy)
        self.sql('DROP TABLE "LiteLLM_SpendLogDelivery"')
        self.assertEqual(subject("ledger")[0], "ok")

    def test_one_source_alone(self):
        for source, expected in (("log", 2), ("ledger", 5)):
            with self.subTest(source):
                exporter = self.exporter(FAST.replace("sweep_interval: 2s", f"sweep_interval: 2s, source: {source}"))
                deliver(self.connection, [{}] * 2)
                deliver(self.connection, [{}] * 3, logged=False)
                collector = "spend_log" if source == "log" else "ledger"
                wait_until(lambda e=exporter, x=expected: metric(e, REQUESTS) == x, 30, "counted")  # noqa: B023
                wait_polls(exporter, 3, collector)
                self.assertEqual(metric(exporter, REQUESTS), expected)


class WestOfGreenwich(Accounts):
    """CURRENT_TIMESTAMP in a column without a zone is the local time of the database."""

    settings = {"timezone": "America/New_York"}

    def test_kills_and_outages(self):
        self.lose_and_double_nothing()


class EastOfGreenwich(Accounts):
    settings = {"timezone": "Asia/Kolkata"}

    def test_kills_and_outages(self):
        self.lose_and_double_nothing()


def metric_of(page, name, **labels):
    return sum(value for (series, found), value in parse_page(page).items()
               if series == name and set(labels.items()) <= set(found))


if __name__ == "__main__":
    unittest.main(verbosity=2)

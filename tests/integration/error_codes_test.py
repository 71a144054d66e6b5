# SPDX-License-Identifier: Apache-2.0
"""The status codes of failures that are not in the spend log: LiteLLM sums them up apart from its ledger, and later."""

import json
import unittest
from datetime import datetime, timezone

from harness import EXPORTER_ROLE, FAST, IntegrationCase, metric, wait_polls, wait_until
from deliveries import book, deliver
from rows import failure

REQUESTS, ERRORS = "litellm_requests_total", "litellm_errors_total"
TABLE = '"LiteLLM_DailyRequestErrors"'
FAILED = {"status": "failure"}


class ErrorCodes(IntegrationCase):
    # The days are UTC's, wherever the server stands.
    settings = {"timezone": "America/New_York"}

    def setUp(self):
        super().setUp()
        self.connection = self.cluster.connect(database=self.database)
        self.addCleanup(self.connection.close)

    def failures(self, count, group="gpt-4o-mini", **columns):
        deliver(self.connection, [{**FAILED, "model_group": group, **columns} for _ in range(count)], logged=False)

    def sum_up(self, count, code, group="gpt-4o-mini", key="k"):
        """As a proxy's flush does."""
        day = datetime.now(timezone.utc).strftime("%Y-%m-%d")
        self.sql(f"INSERT INTO {TABLE} AS t (date, api_key, model_group, status_code, failed_requests) VALUES (%s, %s, %s, %s, %s)"
                 " ON CONFLICT (date, api_key, team_id, user_id, model_group, status_code)"
                 " DO UPDATE SET failed_requests = t.failed_requests + EXCLUDED.failed_requests", (day, key, group, code, count))

    def followed(self, *arguments):
        exporter = self.exporter(*arguments)
        wait_polls(exporter, 1, "error_codes")
        return exporter

    def waits(self, exporter, requests, errors=0):
        """All are counted as requests, and so many of them as errors."""
        wait_until(lambda: metric(exporter, REQUESTS, status="failure") == requests, 30, f"{requests} requests")
        wait_polls(exporter, 2, "ledger")
        self.assertEqual(metric(exporter, REQUESTS, status="failure"), requests)
        self.assertEqual(metric(exporter, ERRORS), errors)

    def wait_codes(self, exporter, **codes):
        for code, count in codes.items():
            self.wait_total(exporter, count, ERRORS, status_code=code.removeprefix("_"))
        wait_polls(exporter, 2, "ledger")
        self.assertEqual(metric(exporter, ERRORS), sum(codes.values()))

    def test_codes_that_come_later(self):
        self.sum_up(100, 500)
        exporter = self.followed()
        self.assertEqual(exporter.log().count("grow from now on\" table=LiteLLM_DailyRequestErrors"), 1, exporter.log())
        self.failures(3)
        self.failures(2, group="other")
        # Without a group LiteLLM takes the model.
        self.failures(1, group="", model="gpt-9")
        self.waits(exporter, 6)
        self.sum_up(1, 400)
        self.sum_up(1, 400, key="another")
        self.sum_up(1, 500)
        self.sum_up(2, 429, group="other")
        self.sum_up(1, 404, group="gpt-9")
        self.wait_codes(exporter, _400=2, _500=1, _429=2, _404=1)
        self.assertEqual(metric(exporter, ERRORS, model="other", provider="openai", status_code="429"), 2)
        self.assertEqual(metric(exporter, ERRORS, model="gpt-9", status_code="404", exception_class="unknown"), 1)
        # One has none that LiteLLM knows.
        self.failures(1)
        self.sum_up(1, 0)
        self.wait_codes(exporter, _400=2, _500=1, _429=2, _404=1, unknown=1)
        book(self.connection)
        self.waits(exporter, 7, errors=7)

    def test_codes_that_come_first(self):
        exporter = self.followed()
        self.sum_up(2, 401)
        wait_polls(exporter, 2, "error_codes")
        self.failures(2)
        self.wait_codes(exporter, _401=2)

    def test_kills_while_failures_wait(self):
        exporter = self.followed()
        expected = 0
        for round_ in range(3):
            self.failures(4)
            if round_ != 1:
                self.waits(exporter, expected + 4, errors=expected)
            exporter.kill()
            if round_ == 0:
                self.sum_up(4, 429)
            exporter.start()
            exporter.wait_ready()
            if round_ != 0:
                self.waits(exporter, expected + 4, errors=expected)
                self.sum_up(4, 429)
            expected += 4
            self.wait_codes(exporter, _429=expected)
        # What was counted before a kill is not counted again.
        exporter.kill()
        exporter.start()
        exporter.wait_ready()
        self.waits(exporter, expected, errors=expected)

    def test_failures_of_the_log_keep_their_own_codes(self):
        exporter = self.followed()
        rejected = failure("BadRequestError", "content_policy_violation")
        deliver(self.connection, [failure()] * 5 + [rejected])
        self.wait_codes(exporter, _429=5, _400=1)
        self.failures(2)
        self.waits(exporter, 8, errors=6)
        # Of these 6 are of the log.
        self.sum_up(5, 429)
        self.sum_up(1, 0)
        wait_polls(exporter, 3, "ledger")
        self.assertEqual(metric(exporter, ERRORS), 6)
        self.sum_up(2, 503)
        self.wait_codes(exporter, _429=5, _400=1, _503=2)

    def test_codes_of_logged_failures_that_come_with_them(self):
        exporter = self.followed()
        with self.cluster.connect(database=self.database) as connection, connection.cursor() as cursor:
            # Whatever the exporter reads first, it sees all of it or nothing.
            cursor.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")
            wait_until(lambda: metric(exporter, "litellm_exporter_poll_failures_total", collector="error_codes") >= 1, 30, "locked")
            deliver(self.connection, [failure()] * 5 + [FAILED] * 2, logged=lambda request: "metadata" in request)
            self.waits(exporter, 7, errors=5)
            self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="ledger"), 1)
            self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="gateway"), 1)
            connection.rollback()
        self.sum_up(5, 429)
        self.sum_up(2, 400)
        self.wait_codes(exporter, _429=5, _400=2)

    def test_a_code_that_never_comes(self):
        exporter = self.followed()
        self.failures(2)
        self.waits(exporter, 2)
        exporter.kill()
        exporter.start()
        exporter.wait_ready()
        self.sum_up(1, 400)
        self.wait_codes(exporter, _400=1)
        wait_until(lambda: metric(exporter, ERRORS, status_code="unknown") == 1, 120, "gives up after a minute")
        self.waits(exporter, 2, errors=2)

    def test_without_the_table_nothing_waits(self):
        self.sql(f"ALTER TABLE {TABLE} RENAME TO hidden")
        exporter = self.followed()
        self.assertEqual(metric(exporter, "litellm_exporter_schema_gaps", collector="error_codes"), 1)
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="error_codes"), 1)
        self.failures(2)
        self.wait_codes(exporter, unknown=2)
        self.sql(f"ALTER TABLE hidden RENAME TO {TABLE}")
        wait_until(lambda: metric(exporter, "litellm_exporter_schema_gaps", collector="error_codes") == 0, 30, "there")
        self.failures(2)
        self.waits(exporter, 4, errors=2)
        self.sum_up(1, 400)
        self.wait_codes(exporter, unknown=2, _400=1)
        # Who waits still when the rights go.
        self.sql(f"REVOKE ALL ON {TABLE} FROM {EXPORTER_ROLE}")
        self.sql(f"REVOKE SELECT (model_group) ON {TABLE} FROM {EXPORTER_ROLE}")
        self.wait_codes(exporter, unknown=3, _400=1)
        self.failures(1)
        self.wait_codes(exporter, unknown=4, _400=1)
        self.assertGreater(metric(exporter, "litellm_exporter_poll_failures_total", collector="error_codes", reason="permission"), 0)
        self.sql(f"GRANT SELECT ON {TABLE} TO {EXPORTER_ROLE}")
        wait_until(lambda: metric(exporter, "litellm_exporter_collector_success", collector="error_codes") == 1, 30, "works")
        self.failures(1)
        self.waits(exporter, 6, errors=5)
        self.sum_up(1, 500)
        self.wait_codes(exporter, unknown=4, _400=1, _500=1)

    def test_what_the_doctor_says_of_it(self):
        def found():
            checks = json.loads(self.exporter(start=False).run("doctor", "--json").stdout)["checks"]
            return [(check["level"], check["message"], check["next_step"]) for check in checks if check["subject"] == "error_codes"]
        # Others say that all works.
        self.assertEqual(found(), [])
        self.sql(f"REVOKE SELECT (model_group) ON {TABLE} FROM {EXPORTER_ROLE}")
        (level, message, remedy), = found()
        self.assertEqual(level, "failure")
        self.assertIn('"LiteLLM_DailyRequestErrors"."model_group"', message)
        self.assertIn("run role.sql again", remedy)
        self.sql(f"DROP TABLE {TABLE}")
        (level, message, _), = found()
        self.assertEqual(level, "ok")
        self.assertIn("works without", message)

    def test_other_sources_and_switches(self):
        exporter = self.followed(FAST.replace("2s}", "2s, source: ledger}") + "families: {gateway: false}\n")
        self.assertNotIn('collector="gateway"', exporter.page())
        self.failures(3)
        wait_until(lambda: metric(exporter, REQUESTS) == 3, 30, "counted")
        self.sum_up(1, 408)
        wait_until(lambda: metric(exporter, ERRORS, status_code="408") == 1, 30, "has its code")
        # With the log alone there is no ledger, and no one to wait.
        exporter.stop()
        exporter.config_file.write_text(FAST.replace("2s}", "2s, source: log}"), encoding="utf-8")
        exporter.start()
        exporter.wait_ready()
        self.wait_codes_of_log(exporter, unknown=2, _408=1)
        self.assertNotIn('collector="error_codes"', exporter.page())
        deliver(self.connection, [failure()])
        self.wait_codes_of_log(exporter, unknown=2, _408=1, _429=1)

    def wait_codes_of_log(self, exporter, **codes):
        for code, count in codes.items():
            self.wait_total(exporter, count, ERRORS, status_code=code.removeprefix("_"))


if __name__ == "__main__":
    unittest.main(verbosity=2)

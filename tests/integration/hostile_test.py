# SPDX-License-Identifier: Apache-2.0
"""What clients send must neither grow the page without bound nor reach it raw."""

import subprocess
import unittest

from harness import FAST, IntegrationCase, metric, parse_page, patient, total
from rows import failure, insert, key_hash

RAW = "sk-live-0123456789abcdef"


class Hostile(IntegrationCase):
    def test_twenty_thousand_failures_with_made_up_names(self):
        exporter = self.exporter(FAST + "families: {end_users: true}\n")
        connection = self.cluster.connect(database=self.database)
        insert(connection, [{}] * 10)
        self.wait_total(exporter, 10)
        for batch in range(20):
            insert(connection, [
                {"model": f"{RAW}-{batch}-{n}"[7:], "model_group": f"junk-{batch}-{n}",
                 "api_key": key_hash(f"{batch}-{n}"), "request_tags": [f"tag-{batch}-{n}"],
                 "custom_llm_provider": f"p-{batch}-{n}", "end_user": f"e-{batch}-{n}",
                 "team_id": f"t-{batch}-{n}", **failure("ProxyException", "401")}
                for n in range(1000)])
        self.wait_total(exporter, 20010, deadline=60)
        self.assertLess(len(exporter.page()), 2_000_000)
        page = parse_page(exporter.page())
        self.assertEqual(total(page, "litellm_requests_total", model="gpt-4o-mini"), 10)
        self.assertGreater(total(page, "litellm_requests_total", model="other", provider="other"),
                           19_000)
        self.assertEqual(total(page, "litellm_key_requests_total", key="unknown"), 20010)
        for name, expected in (("litellm_errors_total", 20000), ("litellm_team_requests_total", 20010),
                               ("litellm_tag_requests_total", 20000),
                               ("litellm_end_user_requests_total", 20000),
                               ("litellm_request_duration_seconds_count", 20010)):
            self.assertEqual(total(page, name), expected, name)
        for family in ("litellm_requests_total", "litellm_tag_requests_total"):
            self.assertGreater(
                total(page, "litellm_exporter_series_overflow_total", family=family), 19_000)
        for (name, labels), value in page.items():
            if name == "litellm_exporter_series":
                self.assertLess(value, 5000, labels)

    def test_names_of_successful_requests_keep_their_label_above_the_limit(self):
        exporter = self.exporter(FAST + "limits: {series_per_family: 5}\n")
        connection = self.cluster.connect(database=self.database)
        insert(connection, [{"model_group": f"m{n}", "request_tags": [f"t{n}"]} for n in range(20)])
        insert(connection, [{"model_group": f"j{n}", **failure()} for n in range(20)])
        self.wait_total(exporter, 40)
        page = parse_page(exporter.page())
        for n in range(20):
            self.assertEqual(total(page, "litellm_requests_total", model=f"m{n}"), 1)
        self.assertEqual(total(page, "litellm_requests_total", model="other"), 20)
        self.assertEqual(total(page, "litellm_tag_requests_total"), 20)
        self.assertEqual(total(page, "litellm_tag_requests_total", tag="other"), 15)

    def test_no_raw_credential_on_the_page_or_in_the_state(self):
        exporter = self.exporter()
        connection = self.cluster.connect(database=self.database)
        insert(connection, [{"api_key": RAW}, {"api_key": RAW.upper(), **failure()},
                            {"api_key": "cli-session-" + RAW}, {"api_key": "hashed-jwt-" + RAW},
                            {"api_key": "hashed-jwt-" + key_hash("jwt")}])
        self.wait_total(exporter, 5)
        page = exporter.page()
        self.assertNotIn(RAW.lower(), page.lower())
        self.assertNotIn(RAW.lower().encode(), (exporter.state / "state").read_bytes().lower())
        self.assertNotIn(RAW.lower(), exporter.log().lower())
        self.assertEqual(metric(exporter, "litellm_key_requests_total", key="cli-session"), 1)
        self.assertEqual(metric(exporter, "litellm_key_requests_total", key="hashed-jwt"), 1)
        self.assertEqual(metric(exporter, "litellm_key_requests_total", key="unknown"), 3)

    def test_strange_text_stays_one_valid_label(self):
        exporter = self.exporter()
        connection = self.cluster.connect(database=self.database)
        names = ['quote"d', "back\\slash", "new\nline", "tab\there", "tschüß-模型-🙂", "x" * 5000,
                 "{}", "a,b", "\u2028", "\x01\x7f"]
        insert(connection, [{"model_group": name, "team_id": name, "request_tags": [name]}
                            for name in names])
        self.wait_total(exporter, len(names))
        page = parse_page(exporter.page())
        for name in names[:2] + names[4:5] + names[6:9]:
            self.assertEqual(total(page, "litellm_requests_total", model=name), 1, repr(name))
        self.assertEqual(total(page, "litellm_requests_total", model="new line"), 1)
        check = subprocess.run(["promtool", "check", "metrics"], input=exporter.page(), text=True,
                               capture_output=True, timeout=patient(30))
        self.assertEqual((check.returncode, check.stdout, check.stderr), (0, "", ""))


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""Against a real LiteLLM proxy: its own migrations made the tables, its own writer the rows.

Runs only where LITELLM_BASE_URL, LITELLM_MASTER_KEY and DATABASE_URL name such a proxy, whose
configuration has a model that answers (LITELLM_TEST_MODEL, else "mock"). LITELLM_TEST_FAILURES names models that
fail, with their codes (mock-429=429,mock-500=500); LITELLM_TEST_VERSION says which version it should be.
"""

import datetime
import hashlib
import json
import os
import sys
import tempfile
import time
import unittest
from pathlib import Path

import harness  # noqa: F401: finds the demo package
from demo.database import connect
from demo.exporter import Exporter
from demo.exposition import parse_page, total
from demo.process import wait_until
from demo.web import request

NEEDED = ("LITELLM_BASE_URL", "LITELLM_MASTER_KEY", "DATABASE_URL")
SKIP_CODE = 125


class LiveProxy(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        proxy = {name: os.environ[name] for name in ("LITELLM_BASE_URL", "LITELLM_MASTER_KEY")}
        self.exporter = Exporter(Path(directory.name), os.environ["DATABASE_URL"], config=harness.FAST, env=proxy)
        self.addCleanup(self.exporter.stop)
        self.exporter.start()
        self.exporter.wait_ready()
        self.model = os.environ.get("LITELLM_TEST_MODEL", "mock")

    def ask(self, path, key, /, **body):
        status, _, answer = request(
            os.environ["LITELLM_BASE_URL"].rstrip("/") + path, method="POST" if body else "GET",
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            data=json.dumps(body).encode() if body else None, timeout=60)
        return status, answer

    def told(self, path):
        """What LiteLLM says itself, as its master may ask."""
        status, answer = self.ask(path, os.environ["LITELLM_MASTER_KEY"])
        self.assertEqual(status, 200, answer)
        return json.loads(answer)

    def make(self, path, **body):
        """A key or a team, as LiteLLM describes it."""
        status, answer = self.ask(path, os.environ["LITELLM_MASTER_KEY"], **body)
        self.assertEqual(status, 200, answer)
        return json.loads(answer)

    def chat(self, key, text, **options):
        return self.ask("/v1/chat/completions", key, **{
            "model": self.model, "messages": [{"role": "user", "content": text}], **options})[0]

    def cache_hits(self, key):
        connection = connect(os.environ["DATABASE_URL"])
        try:
            with connection.cursor() as cursor:
                cursor.execute("""SELECT count(*) FROM "LiteLLM_SpendLogs"
                                  WHERE api_key = %s AND cache_hit = 'True'""",
                               (hash_of(key),))
                return cursor.fetchone()[0]
        finally:
            connection.close()

    def test_requests_through_its_http_interface(self):
        key = self.make("/key/generate", key_alias=f"live-{os.getpid()}")["key"]
        before = parse_page(self.exporter.page())
        for n in range(5):
            self.assertEqual(self.chat(key, f"question {os.getpid()} {n}"), 200)
        for n in range(3):
            self.assertEqual(self.chat(key, f"stream {os.getpid()} {n}", stream=True), 200)
        for _ in range(3):
            # Answered from LiteLLM's cache from the second time on, if the proxy has one.
            self.assertEqual(self.chat(key, f"the same {os.getpid()}"), 200)
        failures = [self.chat(key, "no such model", model="no-such-model"),
                    self.chat("sk-not-a-key", "who am I")]
        self.assertTrue(all(status >= 400 for status in failures), failures)

        def counted():
            page = parse_page(self.exporter.page())
            def grown(name, **labels):
                return total(page, name, **labels) - total(before, name, **labels)
            self.assertEqual(grown("litellm_requests_total", status="success", model=self.model), 11)
            self.assertEqual(grown("litellm_requests_total", status="failure"), 2)
            self.assertEqual(grown("litellm_errors_total"), 2)
            self.assertEqual(
                total(page, "litellm_key_requests_total", key_alias=f"live-{os.getpid()}",
                      status="success"), 11)
            self.assertGreater(grown("litellm_output_tokens_total"), 0)
            self.assertEqual(grown("litellm_cache_hits_total"), self.cache_hits(key))
            return True
        wait_until(counted, 90, "the exporter has counted what the proxy was asked", interval=1)

    def test_failures_have_the_codes_that_callers_see(self):
        failing = dict(pair.split("=") for pair in os.environ.get("LITELLM_TEST_FAILURES", "").split(",") if pair)
        if not failing:
            self.skipTest("LITELLM_TEST_FAILURES names no model that fails")
        key = self.make("/key/generate", key_alias=f"live-failures-{os.getpid()}")["key"]
        before = parse_page(self.exporter.page())
        for model, code in failing.items():
            for options in ({}, {"stream": True}, {}):
                self.assertEqual(self.chat(key, "fail", model=model, **options), int(code))

        def counted():
            page = parse_page(self.exporter.page())
            for model, code in failing.items():
                for labels in ({"model": model}, {"model": model, "status_code": code}):
                    self.assertEqual(total(page, "litellm_errors_total", **labels)
                                     - total(before, "litellm_errors_total", **labels), 3, labels)
            self.assertEqual(total(page, "litellm_key_requests_total", key=hash_of(key), status="failure"), 3 * len(failing))
            return True
        wait_until(counted, 90, "the failures are counted by model and code", interval=1)

    def test_spend_is_what_litellm_says(self):
        name = f"live-spend-{os.getpid()}"
        team = self.make("/team/new", team_alias=name)["team_id"]
        key = self.make("/key/generate", key_alias=name, team_id=team, max_budget=100)["key"]
        for n in range(4):
            self.assertEqual(self.chat(key, f"price {os.getpid()} {n}", stream=n % 2 == 1), 200)

        def equal():
            rows = [row for row in self.told(f"/spend/logs?api_key={hash_of(key)}") if row["api_key"] == hash_of(key)]
            self.assertEqual(len(rows), 4)
            page = parse_page(self.exporter.page())
            for scope, labels in (("key", {"key": hash_of(key), "key_alias": name}), ("team", {"team": team, "team_alias": name})):
                for column, metric in (("spend", "spend_usd"), ("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")):
                    self.assertAlmostEqual(total(page, f"litellm_{scope}_{metric}_total", **labels),
                                           sum(row[column] for row in rows), places=9)
            spent = self.told(f"/key/info?key={hash_of(key)}")["info"]["spend"]
            self.assertAlmostEqual(spent, sum(row["spend"] for row in rows), places=9)
            self.assertAlmostEqual(total(page, "litellm_budget_spend_usd", scope="key", id=hash_of(key)), spent, places=9)
            return spent
        self.assertGreater(wait_until(equal, 90, "spend is LiteLLM's own", interval=1), 0)

    def test_a_budget_that_is_spent(self):
        key = self.make("/key/generate", key_alias=f"live-budget-{os.getpid()}", max_budget=1e-9)["key"]
        self.assertEqual(self.chat(key, f"the last cent {os.getpid()}"), 200)
        refused = []

        def refuses():
            status = self.chat(key, f"one more {os.getpid()} {len(refused)}")
            refused.append(status)
            return status >= 400
        wait_until(refuses, 60, "LiteLLM refuses a key without money", interval=1)

        def shown():
            page = parse_page(self.exporter.page())
            of_key = {"scope": "key", "id": hash_of(key)}
            self.assertGreater(total(page, "litellm_budget_spend_usd", **of_key),
                               total(page, "litellm_budget_limit_usd", **of_key))
            self.assertEqual(total(page, "litellm_budget_limit_usd", **of_key), 1e-9)
            self.assertEqual(total(page, "litellm_key_requests_total", key=hash_of(key), status="failure"), 1)
            self.assertEqual(total(page, "litellm_key_requests_total", key=hash_of(key), status="success"), len(refused))
            return True
        wait_until(shown, 90, "the budget is seen to be spent", interval=1)

    def test_the_doctor_finds_nothing(self):
        result = self.exporter.run("doctor", timeout=120)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_entities_made_through_its_interface_appear_as_they_are(self):
        master = os.environ["LITELLM_MASTER_KEY"]
        name = f"live-entity-{os.getpid()}"
        team = self.make("/team/new", team_alias=name, max_budget=12.5, tpm_limit=1000)["team_id"]
        made = self.make("/key/generate", key_alias=name, team_id=team, max_budget=2.5, rpm_limit=7, duration="7d",
                         budget_duration="30d")
        key, expires = made["key"], made["expires"].replace("Z", "+00:00")
        # Versions differ in when a week ends.
        ends = datetime.datetime.fromisoformat(expires)
        ends = ends.timestamp() if ends.tzinfo else ends.replace(tzinfo=datetime.timezone.utc).timestamp()
        token = hash_of(key)
        self.assertEqual(self.ask("/key/block", master, key=key)[0], 200)

        def shown():
            page = parse_page(self.exporter.page())
            of_key, of_team = {"scope": "key", "id": token, "name": name}, {"scope": "team", "id": team, "name": name}
            self.assertEqual(total(page, "litellm_budget_limit_usd", **of_key), 2.5)
            self.assertEqual(total(page, "litellm_budget_limit_usd", **of_team), 12.5)
            self.assertEqual(total(page, "litellm_rate_limit_requests_per_minute", **of_key), 7)
            self.assertEqual(total(page, "litellm_rate_limit_tokens_per_minute", **of_team), 1000)
            self.assertEqual(total(page, "litellm_blocked", **of_key), 1)
            self.assertAlmostEqual(total(page, "litellm_key_expires_timestamp_seconds", key=token, team=team),
                                   ends, delta=1)
            self.assertGreater(total(page, "litellm_budget_reset_timestamp_seconds", **of_key), time.time())
            return True
        wait_until(shown, 60, "the exporter shows the key and the team", interval=1)
        self.assertEqual(self.ask("/key/unblock", master, key=key)[0], 200)
        self.assertEqual(self.ask("/key/delete", master, keys=[key])[0], 200)
        self.assertEqual(self.ask("/team/delete", master, team_ids=[team])[0], 200)
        wait_until(lambda: token not in budgets(self.exporter) and team not in budgets(self.exporter), 60,
                   "what was deleted is gone", interval=1)

    def test_the_proxy_itself(self):
        proxy = os.environ["LITELLM_BASE_URL"].rstrip("/")
        page = parse_page(self.exporter.page())
        for name in ("litellm_up", "litellm_ready", "litellm_proxy_database_connected"):
            self.assertEqual(total(page, name, proxy=proxy), 1, name)
        versions = [dict(labels)["version"] for name, labels in page if name == "litellm_proxy_info"]
        self.assertRegex(versions[0], r"^1\.[0-9]+")
        self.assertEqual(versions[0], os.environ.get("LITELLM_TEST_VERSION", versions[0]))
        self.assertNotIn(os.environ["LITELLM_MASTER_KEY"], self.exporter.page() + self.exporter.log())


def hash_of(key):
    """As LiteLLM stores it."""
    return hashlib.sha256(key.encode()).hexdigest()


def budgets(exporter):
    return {dict(labels)["id"] for name, labels in parse_page(exporter.page()) if name.startswith("litellm_budget")}


if __name__ == "__main__":
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        print(f"skipped: no live LiteLLM proxy, {', '.join(missing)} not set")
        sys.exit(SKIP_CODE)
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""Against a real LiteLLM proxy: its own migrations made the tables, its own writer the rows.

Runs only where LITELLM_BASE_URL, LITELLM_MASTER_KEY and DATABASE_URL name such a proxy, whose
configuration has a model that answers (LITELLM_TEST_MODEL, else "mock").
"""

import hashlib
import json
import os
import sys
import tempfile
import unittest
from pathlib import Path

import harness  # noqa: F401: finds the demo package
from demo.database import connect
from demo.exporter import Exporter, parse_page, total
from demo.process import wait_until
from demo.web import request

NEEDED = ("LITELLM_BASE_URL", "LITELLM_MASTER_KEY", "DATABASE_URL")
SKIP_CODE = 125


class LiveProxy(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.exporter = Exporter(Path(directory.name), os.environ["DATABASE_URL"], config=harness.FAST)
        self.addCleanup(self.exporter.stop)
        self.exporter.start()
        self.exporter.wait_ready()
        self.model = os.environ.get("LITELLM_TEST_MODEL", "mock")

    def ask(self, path, key, **body):
        status, _, answer = request(
            os.environ["LITELLM_BASE_URL"].rstrip("/") + path, method="POST",
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            data=json.dumps(body).encode(), timeout=60)
        return status, answer

    def chat(self, key, text, **options):
        return self.ask("/v1/chat/completions", key, **{
            "model": self.model, "messages": [{"role": "user", "content": text}], **options})[0]

    def cache_hits(self, key):
        connection = connect(os.environ["DATABASE_URL"])
        try:
            with connection.cursor() as cursor:
                cursor.execute("""SELECT count(*) FROM "LiteLLM_SpendLogs"
                                  WHERE api_key = %s AND cache_hit = 'True'""",
                               (hashlib.sha256(key.encode()).hexdigest(),))
                return cursor.fetchone()[0]
        finally:
            connection.close()

    def test_requests_through_its_http_interface(self):
        master = os.environ["LITELLM_MASTER_KEY"]
        _, answer = self.ask("/key/generate", master, key_alias=f"live-{os.getpid()}")
        key = json.loads(answer)["key"]
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


if __name__ == "__main__":
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        print(f"skipped: no live LiteLLM proxy, {', '.join(missing)} not set")
        sys.exit(SKIP_CODE)
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""The web interface, the command line and the configuration, through the real binary."""

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import unittest
from pathlib import Path

from harness import EXPORTER_ROLE, FAST, IntegrationCase, metric, patient, wait_until
from rows import insert
from demo.exporter import find_binary

ROOT = Path(__file__).parents[2]


class Http(IntegrationCase):
    def test_the_metrics_page(self):
        exporter = self.exporter()
        insert(self.cluster.connect(database=self.database), [{}] * 3)
        self.wait_total(exporter, 3)
        status, headers, body = exporter.get("/metrics")
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertIsNone(headers["Content-Encoding"])
        self.assertTrue(body.endswith(b"\n"))
        status, headers, packed = exporter.get("/metrics", headers={"Accept-Encoding": "gzip"})
        self.assertEqual(headers["Content-Encoding"], "gzip")
        self.assertLess(len(packed), len(body) / 3)
        plain = gzip.decompress(packed)
        self.assertIn(b'litellm_requests_total{model="gpt-4o-mini"', plain)
        for refusal in ("gzip;q=0", "identity", "br"):
            headers = exporter.get("/metrics", headers={"Accept-Encoding": refusal})[1]
            self.assertIsNone(headers["Content-Encoding"], refusal)
        status, headers, body = exporter.get("/metrics", method="HEAD")
        self.assertEqual((status, body), (200, b""))
        self.assertGreater(int(headers["Content-Length"]), 1000)

    def test_curl_reads_the_compressed_page(self):
        exporter = self.exporter()
        pages = [subprocess.run(["curl", "--silent", "--fail", *flags, exporter.url + "/metrics"],
                                capture_output=True, check=True, timeout=patient(60)).stdout
                 for flags in ([], ["--compressed"])]
        self.assertEqual(*(page.count(b"\n") for page in pages))

    def test_paths_and_methods(self):
        exporter = self.exporter(flags=["--web.enable-lifecycle"])
        for path, method, expected in (
                ("/", "GET", 200), ("/", "HEAD", 200), ("/", "POST", 405),
                ("/metrics", "POST", 405), ("/metrics", "DELETE", 405), ("/metrics/", "GET", 404),
                ("/-/healthy", "GET", 200), ("/-/healthy", "HEAD", 200), ("/-/ready", "GET", 200),
                ("/-/ready", "PUT", 405), ("/-/reload", "GET", 405), ("/-/reload", "DELETE", 405),
                ("/-/reload", "POST", 200), ("/-/reload", "PUT", 200),
                ("/runbooks/", "GET", 200), ("/runbooks/LiteLLMDown", "HEAD", 200),
                ("/runbooks/LiteLLMDown", "POST", 405), ("/runbooks/LiteLLMdown", "GET", 404),
                ("/runbooks/../metrics", "GET", 404), ("/runbooks", "GET", 404),
                ("/nothing", "GET", 404), ("/-/quit", "POST", 404)):
            with self.subTest(path=path, method=method):
                status, headers, _ = exporter.get(path, method=method)
                self.assertEqual(status, expected)
                self.assertEqual(status == 405, headers["Allow"] is not None)

    def test_what_is_missing_is_a_page_for_people(self):
        exporter = self.exporter()
        browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
        for path, words in (("/nothing", b"Not found."), ("/runbooks/None", b"No such runbook; /runbooks/ lists all.")):
            with self.subTest(path):
                status, headers, body = exporter.get(path)
                self.assertEqual((status, headers["Content-Type"], body), (404, "text/plain; charset=utf-8", words + b"\n"))
                status, headers, body = exporter.get(path, headers=browser)
                self.assertEqual((status, headers["Content-Type"], headers["Vary"]), (404, "text/html; charset=utf-8", "Accept"))
                self.assertIn(b"<h1>" + words + b"</h1>", body)
                self.assertIn(b'<a href="/status">', body)

    def test_the_whole_url_of_a_path(self):
        """As a client sends it to a proxy, and any server must understand it (RFC 9112, 3.2.2)."""
        exporter = self.exporter()
        for target, expected in (("http://some.example/-/healthy", b"200"), ("https://[::1]:1/-/healthy?x=/y", b"200"),
                                 ("http://some.example", b"200"), ("http://some.example?x=/nothing", b"200"),
                                 ("http://some.example/nothing", b"404"), ("http:/-/healthy", b"404")):
            with self.subTest(target), socket.create_connection(("127.0.0.1", exporter.port), timeout=10) as link:
                link.sendall(f"GET {target} HTTP/1.1\r\nHost: some.example\r\nConnection: close\r\n\r\n".encode())
                self.assertEqual(link.recv(4096)[9:12], expected)

    def test_heads_that_servers_read_in_different_ways(self):
        exporter = self.exporter()
        good = b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n"
        wrong = [good + line + b"\r\n\r\n" for line in (
            b"Na\x01me: 1", b"Na\x00me: 1", b"Na\x7fme: 1", b"Na\tme: 1", b"Na me: 1", b"Name : 1", b"Name\t: 1", b" Name: 1", b"\tName: 1",
            b": 1", b"Name", b"Na(me: 1", b"Na,me: 1", b"Na;me: 1", b"Na/me: 1", b"Na\"me: 1", b"N\xc3\xa4me: 1", b"Na\rme: 1", b"Na\nme: 1",
            b"Name: 1\r\n folded", b"Name: 1\r\n\tfolded", b"Name: a\x00b", b"Name: a\rb", b"Name: a\nb", b"Name: a\x1bb", b"Name: a\x7fb",
            b"Name: 1\nOther: 2", b"Name: 1\r\r", b"[Name]: 1", b"Name{}: 1", b"Name=1", b"Name@x: 1")]
        wrong += [good.replace(b"\r\n", b"\n") + b"\n", good + b"\n", b"GET /\x00 HTTP/1.1\r\n\r\n", b"GET\t/ HTTP/1.1\r\n\r\n",
                  b"GET / HTTP/1.1\rHost: x\r\n\r\n", b"GET / HTTP/1.1\r\n Host: x\r\n\r\n"]
        for head in wrong:
            with self.subTest(head), socket.create_connection(("127.0.0.1", exporter.port), timeout=60) as link:
                link.sendall(head + b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
                answer = b""
                while piece := link.recv(4096):
                    answer += piece
                self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer)
                self.assertEqual(answer.count(b"HTTP/1.1 "), 1, answer)
        self.assertEqual(metric(exporter, "litellm_exporter_web_refusals_total", reason="malformed"), len(wrong))
        for line in (b"!#$%&'*+-.^_`|~09azAZ: 1", b"Name:1", b"Name:", b"Name: \t a\tb \t", b"Name: \xc3\xa4\xff", b"Name: a:b:c"):
            with self.subTest(line), socket.create_connection(("127.0.0.1", exporter.port), timeout=60) as link:
                link.sendall(good + line + b"\r\nConnection: close\r\n\r\n")
                self.assertTrue(link.recv(4096).startswith(b"HTTP/1.1 200 "))

    def test_runbooks(self):
        exporter = self.exporter()
        status, headers, body = exporter.get("/runbooks/LiteLLMExporterDatabaseDown")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        self.assertIn(b"<h1>LiteLLMExporterDatabaseDown</h1>", body)
        self.assertIn(b"What to do", body)
        index = exporter.get("/runbooks/")[2].decode("utf-8")
        pages = {path.stem for path in (ROOT / "rules" / "runbooks").glob("*.md")}
        self.assertEqual(sorted(pages), sorted(re.findall(r'href="/runbooks/(\w+)"', index)))
        # Under the category of its rule, with its severity and what it means.
        outage = re.search(r"(?s)<h2>Errors</h2>(.*?)</ul>", index)[1]
        self.assertRegex(outage, r'"critical"[^\n]*LiteLLMProviderOutage"[^\n]*Most requests to a provider fail\.')
        self.assertRegex(index, r'"critical"[^\n]*LiteLLMErrorBudgetBurn"', "the worst of its rules")
        for page in ("/", "/status", "/runbooks/", "/runbooks/LiteLLMDown"):
            body = exporter.get(page)[2].decode("utf-8")
            ways = re.findall(r'<a href="([^"]*)"', re.search(r"<nav.*?</nav>", body)[0])
            self.assertEqual(ways, [way for way in ("/status", "/runbooks/", "/") if way != page])
            self.assertIn("<main>", body)
        self.assertNotIn("<nav", exporter.get("/status", headers={"Sec-Fetch-Dest": "iframe"})[2].decode("utf-8"))

    def test_the_landing_page(self):
        exporter = self.exporter()
        status, headers, body = exporter.get("/")
        self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
        for text in ("Version", "spend_log", "aliases", 'href="/metrics"', "answers"):
            self.assertIn(text, body.decode())

    def test_another_telemetry_path(self):
        exporter = self.exporter(flags=["--web.telemetry-path=/exporter.metrics"])
        self.assertEqual(exporter.get("/exporter.metrics")[0], 200)
        self.assertEqual(exporter.get("/metrics")[0], 404)
        self.assertEqual(exporter.get("/exporterXmetrics")[0], 404)

    def test_ready_only_after_the_first_poll(self):
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        url = f"postgresql://somebody@127.0.0.1:{silent.getsockname()[1]}/x"
        exporter = self.exporter(FAST.replace("database: {", "database: {connect_timeout: 1m, "),
                                 url=url, start=False)
        exporter.start()
        wait_until(lambda: exporter.get("/-/healthy")[0] == 200, 10, "the exporter serves")
        self.assertEqual(exporter.get("/-/ready")[0], 503)
        self.assertEqual(exporter.get("/metrics")[0], 200)
        # Whoever waits to be accepted is refused by that.
        silent.close()
        exporter.wait_ready()

    def run_binary(self, *flags, **environment):
        names = {key: value for key, value in os.environ.items()
                 if not key.startswith(("DATABASE_URL", "LITELLM_", "PG"))}
        return subprocess.run([str(find_binary()), *flags], capture_output=True, text=True,
                              env={**names, **environment}, timeout=patient(60), cwd=self.directory)

    def test_a_port_in_use(self):
        exporter = self.exporter()
        second = self.run_binary(f"--web.listen-address={exporter.address}",
                                 "--storage.path=" + str(self.directory / "second"),
                                 DATABASE_URL=self.cluster.url(EXPORTER_ROLE, self.database))
        self.assertEqual(second.returncode, 1)
        self.assertIn(f"cannot listen on {exporter.address}: Address already in use", second.stderr)
        self.assertEqual(second.stderr.count("level=error"), 1)

    def test_a_state_directory_in_use(self):
        exporter = self.exporter()
        second = self.run_binary("--web.listen-address=127.0.0.1:1", f"--storage.path={exporter.state}",
                                 DATABASE_URL=self.cluster.url(EXPORTER_ROLE, self.database))
        self.assertEqual(second.returncode, 1)

    def test_flags(self):
        self.assertIn("--config.file", self.run_binary("--help").stdout)
        self.assertRegex(self.run_binary("--version").stdout, r"litellm-exporter, version \d+\.\d+")
        for flags, message in ((["--nonsense"], "nonsense"), (["--web.listen"], "web.listen"),
                               (["--log.level=loud"], "--log.level"), (["argument"], "unknown command"),
                               (["--web.listen-address=nowhere"], "--web.listen-address"), ([], "DATABASE_URL")):
            result = self.run_binary(*flags)
            with self.subTest(flags=flags):
                self.assertEqual(result.returncode, 1)
                self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
                self.assertIn(message, result.stderr)

    def test_secrets_from_files_and_both_at_once(self):
        secret = self.directory / "url"
        secret.write_text("postgresql://user:hunter2-secret@127.0.0.1/x\n", encoding="utf-8")
        good = self.run_binary("--config.check", DATABASE_URL_FILE=str(secret))
        self.assertEqual(good.returncode, 0, good.stderr)
        both = self.run_binary("--config.check", DATABASE_URL_FILE=str(secret),
                               DATABASE_URL="postgresql://127.0.0.1/x")
        self.assertEqual(both.returncode, 1)
        missing = self.run_binary("--config.check", DATABASE_URL_FILE=str(secret) + "x")
        self.assertIn("No such file", missing.stderr)

    def test_no_file_keeps_the_parser_busy(self):
        """Within the time that run_binary() gives; each of them took all memory, or grows without sense."""
        file = self.directory / "hostile.yml"
        many = 100_000
        for content in ("{},", ",", "{web: {}},,", "---\n---\n" * 10_000, "[" * many, "{a: " * many, "a:\n" * many,
                        "&a " * many, "x" * many + ": 1", "a: 1\n\x00", "x" * 5_000_000, "- " * many):
            file.write_text(content, encoding="utf-8")
            for flags in (["--config.check", f"--config.file={file}"], [f"--web.config.file={file}"]):
                result = self.run_binary(*flags, "--web.listen-address=127.0.0.1:1", f"--storage.path={self.directory}",
                                         DATABASE_URL="postgresql://127.0.0.1:1/x")
                with self.subTest(content=content[:12], flags=flags):
                    self.assertEqual(result.returncode, 1)
                    errors = [line for line in result.stderr.splitlines() if str(file) in line]
                    self.assertEqual(len(errors), 1, result.stderr[:2000])
                    self.assertLess(len(errors[0]), 1_500)

    def test_a_refused_reload_leaves_the_old_configuration_in_force(self):
        exporter = self.exporter(flags=["--web.enable-lifecycle"])
        exporter.config_file.write_text("database: {poll_intervall: 1s}\n", encoding="utf-8")
        status, _, body = exporter.get("/-/reload", method="POST")
        self.assertEqual(status, 500)
        self.assertIn(f"{exporter.config_file}:1: database.poll_intervall: unknown key", body.decode())
        self.assertEqual(metric(exporter, "litellm_exporter_config_last_reload_successful"), 0)
        insert(self.cluster.connect(database=self.database), [{}])
        self.wait_total(exporter, 1)
        exporter.config_file.write_text(FAST + "families: {keys: false}\n", encoding="utf-8")
        exporter.send_signal(signal.SIGHUP)
        wait_until(lambda: metric(exporter, "litellm_exporter_config_last_reload_successful") == 1,
                   20, "the reload by SIGHUP")
        self.assertNotIn("litellm_key_requests_total{", exporter.page())
        self.wait_total(exporter, 1)

    def test_sigterm_ends_cleanly(self):
        exporter = self.exporter()
        self.assertEqual(exporter.stop(), 0)
        self.assertIn("Stopped", exporter.log())

    def test_json_log_and_no_secret_in_it(self):
        secret = "correct-horse-battery"
        self.sql("ALTER ROLE litellm_exporter PASSWORD %s", (secret,))
        url = self.cluster.url(EXPORTER_ROLE, self.database, password=secret)
        exporter = self.exporter(FAST, url=url, flags=["--log.format=json"],
                                 env={"LITELLM_MASTER_KEY": "sk-" + secret})
        wait_until(lambda: metric(exporter, "litellm_exporter_polls_total") > 1, 10, "polls")
        self.sql("ALTER ROLE litellm_exporter NOLOGIN")
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
                 (EXPORTER_ROLE,))
        try:
            wait_until(lambda: metric(exporter, "litellm_exporter_database_up") == 0, 15, "outage seen")
        finally:
            self.sql("ALTER ROLE litellm_exporter LOGIN")
        wait_until(lambda: metric(exporter, "litellm_exporter_database_up") == 1, 15, "recovery seen")
        exporter.stop()
        log = exporter.log()
        self.assertNotIn(secret, log)
        events = [json.loads(line) for line in log.splitlines()]
        self.assertIn("poll failed", {event["msg"] for event in events})
        self.assertEqual({"time", "level", "msg"} - set.intersection(*map(set, events)), set())


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""--web.config.file through the real binary: who is let in, and what else it decides beside TLS."""

import contextlib
import http.server
import socket
import subprocess
import threading
import unittest
from pathlib import Path

from harness import patient, wait_until
from pki import Authority
from web_case import HASH, PASSWORD, WebCase, basic


def processor_ticks(pid):
    """What a process has computed, in user and kernel mode; see proc(5)."""
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))


class BasicAuth(WebCase):
    def test_only_who_knows_the_password_reads(self):
        exporter = self.secured(f"basic_auth_users: {{prometheus: {HASH}}}\n")
        status, body, headers = self.fetch(exporter)
        self.assertEqual((status, body), (401, "Unauthorized.\n"))
        self.assertTrue(headers["WWW-Authenticate"].startswith("Basic "))
        for path in ("/", "/status", "/runbooks/", "/-/healthy", "/-/ready", "/nothing"):
            self.assertEqual(self.fetch(exporter, path)[0], 401, path)
        self.assertEqual(self.fetch(exporter, "/-/reload", method="POST")[0], 401)
        wrong = [basic("prometheus", "wrong"), basic("nobody", PASSWORD), basic("prometheus", PASSWORD + "\0x"),
                 basic("prometheus", ""), {"Authorization": "Basic !!!"}, {"Authorization": "Basic"},
                 {"Authorization": "Bearer " + PASSWORD}, basic("prometheus", "x" * 5000)]
        for headers in wrong:
            self.assertEqual(self.fetch(exporter, headers=headers)[0], 401, headers)
        right = basic("prometheus", PASSWORD)
        self.assertEqual([self.fetch(exporter, headers=right)[0] for _ in range(3)], [200] * 3)
        # Who tries none is asked for one; that is no refused login.
        self.assertEqual(self.refusals(exporter, "authentication", headers=right), len(wrong))
        lines = [line for line in exporter.log().splitlines() if "login refused" in line]
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("level=warn", lines[0])
        self.assertIn("client=127.0.0.1", lines[0])
        self.assertNotIn(PASSWORD, exporter.log())
        self.assertNotIn(HASH, exporter.log())

    def test_a_refusal_does_not_tell_who_exists(self):
        exporter = self.secured(f"basic_auth_users: {{prometheus: {HASH}}}\n")

        def cost(user):
            """Of the processor, in ticks: the clock on the wall would tell what else runs here."""
            begin = processor_ticks(exporter.pid)
            for _ in range(10):
                self.assertEqual(self.fetch(exporter, headers=basic(user, "wrong"))[0], 401)
            return processor_ticks(exporter.pid) - begin
        known, unknown = cost("prometheus"), cost("nobody")
        # A check costs some 50 ms, no check well under 5: an order of magnitude, not a matter of noise.
        self.assertGreater(unknown, known / 3)
        self.assertGreater(known, unknown / 3)

    @contextlib.contextmanager
    def guessing(self, exporter, count, requests=1, source="127.0.0.1"):
        """So many clients that try wrong passwords without end, each so many on one connection."""
        stop = threading.Event()

        def guess():
            wrong = "".join(f"{name}: {value}\r\n" for name, value in basic("prometheus", "wrong").items())
            while not stop.is_set():
                with contextlib.suppress(OSError), \
                        socket.create_connection(("127.0.0.1", exporter.port), 10, (source, 0)) as link:
                    link.sendall(f"GET /metrics HTTP/1.1\r\nHost: x\r\n{wrong}\r\n".encode() * requests)
                    while link.recv(65536):
                        pass
        crowd = [threading.Thread(target=guess) for _ in range(count)]
        for one in crowd:
            one.start()
        try:
            yield
        finally:
            stop.set()
            for one in crowd:
                one.join()

    def test_guessing_does_not_keep_prometheus_out(self):
        exporter = self.secured(f"basic_auth_users: {{prometheus: {HASH}}}\n")
        right = basic("prometheus", PASSWORD)
        self.assertEqual(self.fetch(exporter, headers=right)[0], 200)
        with self.guessing(exporter, 40, requests=20):
            for _ in range(10):
                self.assertEqual(self.fetch(exporter, headers=right)[0], 200)

    def test_guessing_does_not_keep_out_who_logs_in_for_the_first_time(self):
        """As Prometheus does after the exporter has restarted."""
        people = ["ada", "bob", "cy", "dee", "eve"]
        exporter = self.secured("basic_auth_users: {" + ", ".join(f"{who}: {HASH}" for who in people) + "}\n")
        with self.guessing(exporter, 6):
            answers = [[self.fetch(exporter, headers=basic(who, PASSWORD))[0] for _ in range(3)] for who in people]
        self.assertTrue(all(200 in tries for tries in answers), answers)

    def test_guessing_from_elsewhere_never_fills_the_queue(self):
        exporter = self.secured(f"basic_auth_users: {{ada: {HASH}, bob: {HASH}}}\n")
        with self.guessing(exporter, 40, source="127.0.0.2"):
            for who in ("ada", "bob"):
                wait_until(lambda: self.fetch(exporter, headers=basic(who, PASSWORD))[0] == 200, 20, f"{who} gets in")

    def test_a_changed_file_is_in_force_at_once(self):
        exporter = self.secured("{}\n")
        self.assertEqual(self.fetch(exporter)[0], 200)
        self.web.write_text(f"basic_auth_users: {{prometheus: {HASH}}}\n", encoding="utf-8")
        wait_until(lambda: self.fetch(exporter)[0] == 401, 10, "the password is asked for")
        right = basic("prometheus", PASSWORD)
        wait_until(lambda: self.fetch(exporter, headers=right)[0] == 200, 20, "the password is good")
        # A mistake leaves the old in force and is said.
        self.web.write_text("basic_auth_user: {}\n", encoding="utf-8")
        wait_until(lambda: "web configuration refused" in (self.fetch(exporter) and exporter.log()), 10, "refusal")
        self.assertIn(f"{self.web}:1: basic_auth_user: unknown key", exporter.log())
        self.assertEqual(self.fetch(exporter)[0], 401)
        self.assertIn("litellm_exporter_config_last_reload_successful 0\n", self.fetch(exporter, headers=right)[1])
        self.web.write_text("{}\n", encoding="utf-8")
        wait_until(lambda: self.fetch(exporter)[0] == 200, 10, "nobody is asked any more")
        self.assertIn("litellm_exporter_config_last_reload_successful 1\n", self.fetch(exporter)[1])

    def test_hashes_that_no_password_has_and_users_without_a_name(self):
        """They are taken, as exporter-toolkit does; who knows the password of another is let in."""
        odd = ['"a:b": ' + HASH, '"": ' + HASH, f"short: {HASH[:-1]}", f"wrong: {HASH[:-4]}!!!!",
               "first: " + HASH.replace("$2b$", "$2$"), f"long: {HASH}x", f"ada: {HASH}"]
        exporter = self.secured(f"basic_auth_users: {{{', '.join(odd)}}}\n")
        for user, expected in (("ada", 200), ("", 200), ("first", 200), ("long", 200), ("a:b", 401), ("a", 401), ("short", 401), ("wrong", 401)):
            self.assertEqual(self.fetch(exporter, headers=basic(user, PASSWORD))[0], expected, user)
        for headers in ({"Authorization": "Basic !!!"}, {"Authorization": "Basic"}, basic("", "")):
            self.assertEqual(self.fetch(exporter, headers=headers)[0], 401, headers)


class Configuration(WebCase):
    def test_headers(self):
        exporter = self.secured("http_server_config: {headers: {X-Frame-Options: deny, "
                                "Strict-Transport-Security: max-age=31536000}}\n")
        for path in ("/metrics", "/nothing"):
            headers = self.fetch(exporter, path)[2]
            self.assertEqual(headers["X-Frame-Options"], "deny")
            self.assertEqual(headers["Strict-Transport-Security"], "max-age=31536000")

    def test_headers_of_the_configuration_replace_those_of_a_page(self):
        policy = "default-src 'self'"
        exporter = self.secured(f"http_server_config: {{headers: {{Content-Security-Policy: \"{policy}\", "
                                "X-XSS-Protection: \"\", Strict-Transport-Security: }}\n")
        for path in ("/", "/status", "/runbooks/", "/metrics", "/nothing"):
            headers = self.fetch(exporter, path)[2]
            self.assertEqual(headers.get_all("Content-Security-Policy"), [policy], path)
            self.assertEqual(headers.get_all("X-Content-Type-Options"), ["nosniff"], path)
            # Blank is not set.
            self.assertNotIn("X-XSS-Protection", headers)
            self.assertNotIn("Strict-Transport-Security", headers)

    def test_a_header_does_not_become_two(self):
        exporter = self.secured('http_server_config: {headers: {X-XSS-Protection: "1\\r\\nX-Other: 2\\t\\x01"}}\n')
        headers = self.fetch(exporter)[2]
        self.assertEqual(headers["X-XSS-Protection"], "1  X-Other: 2")
        self.assertNotIn("X-Other", headers)

    def test_rate_limit(self):
        exporter = self.secured("rate_limit: {interval: 1h, burst: 3}\n")
        self.assertEqual([self.fetch(exporter, "/-/healthy")[0] for _ in range(5)], [200] * 3 + [429] * 2)
        for limit in ("interval: 0, burst: 1", "burst: 0", "interval: -1s", "interval: 5, burst: 5"):
            exporter = self.secured(f"rate_limit: {{{limit}}}\n")
            self.assertEqual([self.fetch(exporter, "/-/healthy")[0] for _ in range(5)], [200] * 5, limit)
        for limit in ("interval: 1s", "interval: 1us, burst: 0", "interval: 1us, burst: -1"):
            exporter = self.secured(f"rate_limit: {{{limit}}}\n")
            self.assertEqual([self.fetch(exporter, "/-/healthy")[0] for _ in range(3)], [429] * 3, limit)

    def test_healthcheck(self):
        exporter = self.secured(f"basic_auth_users: {{prometheus: {HASH}}}\n")
        done = exporter.run("healthcheck")
        self.assertEqual((done.returncode, done.stdout), (0, f"http://{exporter.address}: answers 401: healthy\n"), done.stderr)
        self.assertEqual(self.refusals(exporter, "authentication", headers=basic("prometheus", PASSWORD)), 0)
        exporter.stop()
        done = exporter.run("healthcheck")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no answer", done.stdout)

    def test_another_server_on_the_port_is_not_healthy(self):
        exporter = self.exporter(start=False)
        stranger = http.server.HTTPServer(("127.0.0.1", exporter.port), http.server.BaseHTTPRequestHandler)
        thread = threading.Thread(target=stranger.serve_forever)
        thread.start()
        try:
            done = exporter.run("healthcheck")
        finally:
            stranger.shutdown()
            thread.join()
            stranger.server_close()
        self.assertEqual((done.returncode, done.stdout), (1, f"http://{exporter.address}: answers 501\n"))

    def test_wrong_files_are_named_at_the_start(self):
        (self.files / "empty.pem").write_text("nothing\n", encoding="utf-8")
        authority = Authority(self.files, "authority")
        authority.issue("server", "IP:127.0.0.1")
        authority.issue("other", "IP:127.0.0.1")
        for text, reason in (
                ("nonsense: 1", "web.yml:1: nonsense: unknown key"),
                ("tls_server_config: {cert_file: server.pem}", "tls_server_config.key_file: is missing"),
                ("tls_server_config: {key_file: server.key}", "tls_server_config.cert_file: is missing"),
                ("tls_server_config: {cert_file: gone.pem, key_file: server.key}", "gone.pem: No such file"),
                ("tls_server_config: {cert_file: empty.pem, key_file: server.key}", "holds no certificate"),
                ("tls_server_config: {cert_file: server.pem, key_file: empty.pem}", "holds no private key"),
                ("tls_server_config: {cert_file: server.pem, key_file: other.key}", "does not belong"),
                ("tls_server_config: {cert_file: server.pem, key_file: server.key, min_version: SSL3}", "TLS12"),
                ("tls_server_config: {cert_file: server.pem, key_file: server.key, client_ca_file: server.pem}",
                 "client_auth_type: is missing"),
                ("tls_server_config: {cert_file: server.pem, key_file: server.key, cipher_suites: [ROT13]}", "ROT13"),
                ("basic_auth_users: {prometheus: secret}", "bcrypt"),
                ("basic_auth_users: {prometheus: " + HASH.replace("$10$", "$03$") + "}", "bcrypt"),
                ("http_server_config: {headers: {X-Other: 1}}", "X-Other"),
                ("http_server_config: {headers: {X-Other: }}", "X-Other"),
                ("http_server_config: {headers: {X-Frame-Options: DENY}}", "expected deny or sameorigin"),
                ("http_server_config: {headers: {X-Content-Type-Options: sniff}}", "expected nosniff"),
                ("rate_limit: {interval: 1d}", "expected a duration"), ("rate_limit: {burst: many}", "a whole number")):
            with self.subTest(text):
                self.web.write_text(text + "\n", encoding="utf-8")
                exporter = self.exporter(flags=[f"--web.config.file={self.web}"], start=False)
                for words in ((), ("--config.check",)):
                    done = exporter.run(*words, timeout=20)
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertIn(reason, done.stderr)
                    self.assertIn(str(self.web), done.stderr)
                    self.assertEqual(done.stderr.count("level=error"), 1, done.stderr)

    def test_promtool_accepts_the_same_file(self):
        authority = Authority(self.files, "authority")
        authority.issue("server", "IP:127.0.0.1")
        text = ("tls_server_config: {cert_file: server.pem, key_file: server.key, min_version: TLS12,\n"
                " client_auth_type: RequireAndVerifyClientCert, client_ca_file: authority.pem,\n"
                " cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256], curve_preferences: [X25519, CurveP256]}\n"
                "http_server_config: {http2: true, headers: {X-Frame-Options: deny}}\n"
                f"basic_auth_users: {{prometheus: {HASH}}}\n")
        self.web.write_text(text, encoding="utf-8")
        done = subprocess.run(["promtool", "check", "web-config", str(self.web)], capture_output=True, text=True,
                              timeout=patient(20), check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = self.exporter(flags=[f"--web.config.file={self.web}"], start=False).run("--config.check")
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)

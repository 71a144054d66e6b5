# SPDX-License-Identifier: Apache-2.0
"""--web.config.file and the limits of the web interface, through the real binary; TLS by openssl."""

import base64
import contextlib
import errno
import http.client
import http.server
import os
import signal
import socket
import ssl
import subprocess
import threading
import unittest
from pathlib import Path

from harness import FAST, IntegrationCase, metric, wait_until
from demo.prometheus import Prometheus
from pki import Authority

PASSWORD = "correct horse"
# bcrypt of it, with cost 10.
HASH = "$2b$10$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu"


def processor_ticks(pid):
    """What a process has computed, in user and kernel mode; see proc(5)."""
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


class WebCase(IntegrationCase):
    def setUp(self):
        super().setUp()
        self.files = self.directory / f"{self._testMethodName}-web"
        self.files.mkdir()
        self.web = self.files / "web.yml"

    def secured(self, text, **options):
        """An exporter with this web configuration."""
        self.web.write_text(text, encoding="utf-8")
        exporter = self.exporter(flags=[f"--web.config.file={self.web}"], start=False, **options)
        exporter.start()
        wait_until(lambda: "msg=Listening" in exporter.log(), 20, "the exporter listens")
        return exporter

    def refusals(self, exporter, reason, **options):
        body = self.fetch(exporter, "/metrics", **options)[1]
        prefix = f'litellm_exporter_web_refusals_total{{reason="{reason}"}} '
        return next(float(line[len(prefix):]) for line in body.splitlines() if line.startswith(prefix))

    def fetch(self, exporter, path="/metrics", headers=None, context=None, method="GET"):
        connect = http.client.HTTPSConnection if context else http.client.HTTPConnection
        connection = connect("127.0.0.1", exporter.port, timeout=20, **({"context": context} if context else {}))
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()


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
        self.assertEqual(self.fetch(exporter, headers=right)[0], 200)
        # A mistake leaves the old in force and is said.
        self.web.write_text("basic_auth_user: {}\n", encoding="utf-8")
        wait_until(lambda: "web configuration refused" in (self.fetch(exporter) and exporter.log()), 10, "refusal")
        self.assertIn(f"{self.web}:1: basic_auth_user: unknown key", exporter.log())
        self.assertEqual(self.fetch(exporter)[0], 401)
        self.assertIn("litellm_exporter_config_last_reload_successful 0\n", self.fetch(exporter, headers=right)[1])
        self.web.write_text("{}\n", encoding="utf-8")
        wait_until(lambda: self.fetch(exporter)[0] == 200, 10, "nobody is asked any more")
        self.assertIn("litellm_exporter_config_last_reload_successful 1\n", self.fetch(exporter)[1])

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

    def test_hashes_that_no_password_has_and_users_without_a_name(self):
        """They are taken, as exporter-toolkit does; who knows the password of another is let in."""
        odd = ['"a:b": ' + HASH, '"": ' + HASH, f"short: {HASH[:-1]}", f"wrong: {HASH[:-4]}!!!!",
               "first: " + HASH.replace("$2b$", "$2$"), f"long: {HASH}x", f"ada: {HASH}"]
        exporter = self.secured(f"basic_auth_users: {{{', '.join(odd)}}}\n")
        for user, expected in (("ada", 200), ("", 200), ("first", 200), ("long", 200), ("a:b", 401), ("a", 401), ("short", 401), ("wrong", 401)):
            self.assertEqual(self.fetch(exporter, headers=basic(user, PASSWORD))[0], expected, user)
        for headers in ({"Authorization": "Basic !!!"}, {"Authorization": "Basic"}, basic("", "")):
            self.assertEqual(self.fetch(exporter, headers=headers)[0], 401, headers)

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
                              timeout=20, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = self.exporter(flags=[f"--web.config.file={self.web}"], start=False).run("--config.check")
        self.assertEqual(done.returncode, 0, done.stderr)


class Tls(WebCase):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.files, "authority")
        self.authority.issue("server", "IP:127.0.0.1")
        self.files_in_use = "cert_file: server.pem, key_file: server.key"

    def context(self, certificate=None, **versions):
        context = ssl.create_default_context(cafile=self.files / "authority.pem")
        if certificate:
            context.load_cert_chain(self.files / f"{certificate}.pem", self.files / f"{certificate}.key")
        for name, value in versions.items():
            setattr(context, name, value)
        return context

    def test_versions_and_plain_text(self):
        exporter = self.secured(f"tls_server_config: {{{self.files_in_use}, min_version: TLS13}}\n")
        self.assertIn("tls=true", exporter.log())
        self.assertEqual(self.fetch(exporter, "/-/healthy", context=self.context())[0], 200)
        with self.assertRaises(ssl.SSLError):
            self.fetch(exporter, context=self.context(maximum_version=ssl.TLSVersion.TLSv1_2))
        with self.assertRaises((http.client.HTTPException, ConnectionError)):
            self.fetch(exporter)
        self.assertEqual(self.refusals(exporter, "handshake", context=self.context()), 2)
        self.assertEqual(exporter.run("healthcheck").returncode, 0)

    def test_cipher_suites(self):
        suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
        exporter = self.secured(f"tls_server_config: {{{self.files_in_use}, max_version: TLS12, "
                                f"cipher_suites: [{suite}]}}\n")
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=10) as plain:
            with self.context().wrap_socket(plain, server_hostname="127.0.0.1") as connection:
                self.assertEqual(connection.cipher()[0], "ECDHE-ECDSA-AES256-GCM-SHA384")
        context = self.context(maximum_version=ssl.TLSVersion.TLSv1_2)
        context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
        with self.assertRaises(ssl.SSLError):
            self.fetch(exporter, context=context)

    def offered(self, exporter, suite, version=ssl.TLSVersion.TLSv1_2):
        """Whether it agrees on this suite, by OpenSSL's name."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = context.maximum_version = version
        context.set_ciphers(f"{suite}:@SECLEVEL=0")
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=60) as plain:
            try:
                with context.wrap_socket(plain) as connection:
                    return connection.cipher()[0] == suite
            except OSError:
                return False

    def test_suites_that_are_not_safe_are_not_offered(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=rsa",
                        "-keyout", "rsa.key", "-out", "rsa.pem"], cwd=self.files, capture_output=True, check=True, timeout=60)
        pairs = {"RSA": "cert_file: rsa.pem, key_file: rsa.key", "ECDSA": self.files_in_use}
        safe = ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")
        old = ("AES128-SHA", "AES256-SHA")
        for kind, pair in pairs.items():
            exporter = self.secured(f"tls_server_config: {{{pair}}}\n")
            offered = [suite for suite in safe + old + ("AES128-SHA256", "AES256-SHA384") if self.offered(exporter, f"ECDHE-{kind}-{suite}")]
            self.assertEqual(offered, list(safe))
            for suite in ("AES128-SHA", "AES256-SHA", "AES128-SHA256", "AES128-GCM-SHA256", "AES256-GCM-SHA384", "DHE-RSA-AES128-GCM-SHA256",
                          "AES128-CCM", "CAMELLIA128-SHA"):
                self.assertFalse(self.offered(exporter, suite), suite)
            # Asked for, they are offered; so is what older versions need.
            exporter = self.secured(f"tls_server_config: {{{pair}, cipher_suites: [TLS_ECDHE_{kind}_WITH_AES_128_CBC_SHA]}}\n")
            self.assertEqual([self.offered(exporter, f"ECDHE-{kind}-{suite}") for suite in old], [True, False])
            exporter = self.secured(f"tls_server_config: {{{pair}, min_version: TLS10}}\n")
            self.assertTrue(self.offered(exporter, f"ECDHE-{kind}-AES128-SHA", ssl.TLSVersion.TLSv1))
            self.assertFalse(self.offered(exporter, "AES128-SHA", ssl.TLSVersion.TLSv1))

    def test_suites_of_tls_1_3_alone_leave_no_other_version(self):
        exporter = self.secured(f"tls_server_config: {{{self.files_in_use}, cipher_suites: [TLS_AES_128_GCM_SHA256]}}\n")
        self.assertEqual(self.fetch(exporter, "/-/healthy", context=self.context())[0], 200)
        with self.assertRaises(OSError):
            self.fetch(exporter, context=self.context(maximum_version=ssl.TLSVersion.TLSv1_2))

    def test_an_empty_section_is_plain_http(self):
        for text in ("{}", "{min_version: TLS13, client_allowed_sans: [a.example]}"):
            exporter = self.secured(f"tls_server_config: {text}\n")
            self.assertIn("tls=false", exporter.log())
            self.assertEqual(self.fetch(exporter, "/-/healthy")[0], 200)

    def test_the_authorities_of_the_system(self):
        self.authority.issue("client", "DNS:prometheus.example.org")
        Authority(self.files, "elsewhere").issue("forged", "DNS:prometheus.example.org")
        trusted = {"SSL_CERT_FILE": str(self.files / "authority.pem")}
        for policy, stranger in (("RequireAndVerifyClientCert", False), ("VerifyClientCertIfGiven", True)):
            text = f"tls_server_config: {{{self.files_in_use}, client_auth_type: {policy}}}\n"
            exporter = self.secured(text, env=trusted)
            self.assertEqual(self.fetch(exporter, "/-/healthy", context=self.context("client"))[0], 200)
            self.assertFalse(self.admits(exporter, "forged"))
            self.assertEqual(self.admits(exporter, None), stranger)
            # Those of this machine do not know the client.
            exporter = self.secured(text)
            self.assertFalse(self.admits(exporter, "client"))
            refused = self.exporter(flags=[f"--web.config.file={self.web}"], start=False,
                                    env={"SSL_CERT_FILE": str(self.files / "gone.pem")}).run("--config.check")
            self.assertEqual(refused.returncode, 1)
            self.assertIn("client_ca_file: is missing, and this system has no authorities of its own", refused.stderr)

    def admits(self, exporter, certificate):
        try:
            return self.fetch(exporter, "/-/healthy", context=self.context(certificate))[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def test_names_of_clients_with_each_policy(self):
        self.authority.issue("client", "DNS:prometheus.example.org")
        self.authority.issue("stranger", "DNS:other.example.org")
        for policy, names, admitted in (
                ("NoClientCert", "[prometheus.example.org]", (True, True, True)),
                ("RequestClientCert", "[prometheus.example.org]", (True, False, False)),
                ("RequireAnyClientCert", "[prometheus.example.org]", (True, False, False)),
                ("VerifyClientCertIfGiven, client_ca_file: authority.pem", "[prometheus.example.org]", (True, False, False)),
                ("RequireAndVerifyClientCert, client_ca_file: authority.pem", "[]", (False, False, False)),
                ("RequireAndVerifyClientCert, client_ca_file: server.key", "~", (False, False, False)),
                ("RequestClientCert", "~", (True, True, True))):
            with self.subTest(policy, names=names):
                exporter = self.secured(f"tls_server_config: {{{self.files_in_use}, client_auth_type: {policy}, client_allowed_sans: {names}}}\n")
                self.assertEqual(tuple(self.admits(exporter, one) for one in ("client", "stranger", None)), admitted)

    def test_client_certificates(self):
        self.authority.issue("client", "DNS:prometheus.example.org")
        self.authority.issue("stranger", "DNS:other.example.org")
        elsewhere = Authority(self.files, "elsewhere")
        elsewhere.issue("forged", "DNS:prometheus.example.org")
        exporter = self.secured(f"tls_server_config: {{{self.files_in_use}, client_ca_file: authority.pem, "
                                "client_auth_type: RequireAndVerifyClientCert, "
                                "client_allowed_sans: [prometheus.example.org]}\n")
        self.assertEqual(self.fetch(exporter, "/-/healthy", context=self.context("client"))[0], 200)
        for certificate in (None, "stranger", "forged"):
            with self.subTest(certificate), self.assertRaises((OSError, http.client.HTTPException)):
                self.fetch(exporter, context=self.context(certificate))
        self.assertEqual(exporter.run("healthcheck").returncode, 0)
        self.assertIn("the exporter is running there", exporter.run("doctor").stdout)
        # One that hangs is not healthy.
        os.kill(exporter.pid, signal.SIGSTOP)
        try:
            self.assertEqual(exporter.run("healthcheck").returncode, 1)
        finally:
            os.kill(exporter.pid, signal.SIGCONT)

    def test_a_renewed_certificate_is_served_without_a_signal(self):
        exporter = self.secured(f"tls_server_config: {{{self.files_in_use}}}\n")

        def serial():
            with socket.create_connection(("127.0.0.1", exporter.port), timeout=10) as plain:
                with self.context().wrap_socket(plain, server_hostname="127.0.0.1") as connection:
                    return connection.getpeercert()["serialNumber"]
        before = serial()
        # Half of it is not enough, and does no harm.
        key = (self.files / "server.key").read_bytes()
        self.authority.issue("next", "IP:127.0.0.1")
        os.replace(self.files / "next.pem", self.files / "server.pem")
        wait_until(lambda: serial() and "web configuration refused" in exporter.log(), 10, "the half is refused")
        self.assertEqual(serial(), before)
        os.replace(self.files / "next.key", self.files / "server.key")
        wait_until(lambda: serial() != before, 10, "the new certificate")
        self.assertNotIn(key.decode()[40:80], exporter.log())

    def test_prometheus_scrapes_by_tls_and_password(self):
        exporter = self.secured(f"tls_server_config: {{{self.files_in_use}}}\n"
                                f"basic_auth_users: {{prometheus: {HASH}}}\n")
        (self.files / "password").write_text(PASSWORD, encoding="utf-8")
        server = Prometheus(self.directory / "prometheus", {"litellm-exporter": [exporter.address]}, scrape_interval=1)
        config = server.directory / "prometheus.yml"
        config.write_text(config.read_text(encoding="utf-8").replace(
            "job_name: litellm-exporter\n", "job_name: litellm-exporter\n"
            f"    scheme: https\n    tls_config: {{ca_file: {self.files}/authority.pem}}\n"
            f"    basic_auth: {{username: prometheus, password_file: {self.files}/password}}\n", 1), encoding="utf-8")
        self.addCleanup(server.stop)
        server.start()
        wait_until(lambda: server.value('up{job="litellm-exporter"}') == 1, 30, "the scrape works")


class Limits(WebCase):
    def test_slow_clients_do_not_keep_prometheus_out(self):
        """A hundred connections that send a byte now and then; a scrape is answered all the same."""
        exporter = self.exporter()
        stop = threading.Event()
        crowd = [socket.create_connection(("127.0.0.1", exporter.port), timeout=30) for _ in range(100)]
        self.addCleanup(lambda: [one.close() for one in crowd])

        def drip():
            for letter in "GET /metrics HTTP/1.1\r\nHost: slow\r\nX: " + "x" * 1000:
                for one in crowd:
                    try:
                        one.send(letter.encode())
                    except OSError:
                        pass
                if stop.wait(0.1):
                    return
        thread = threading.Thread(target=drip)
        thread.start()
        try:
            for _ in range(20):
                self.assertEqual(self.fetch(exporter)[0], 200)
        finally:
            stop.set()
            thread.join()
        self.assertGreater(metric(exporter, "litellm_exporter_web_refusals_total", reason="crowded"), 0)

    def test_a_slow_request_is_told_so(self):
        exporter = self.exporter()
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=30) as slow:
            slow.sendall(b"GET /metrics HTTP/1.1\r\nHost: slow\r\n")
            answer = slow.recv(1000)
        self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer)
        self.assertEqual(metric(exporter, "litellm_exporter_web_refusals_total", reason="slow"), 1)

    def test_large_requests(self):
        exporter = self.exporter()
        for request, status in (
                (b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\n\r\n", b"431"),
                (b"GET / HTTP/1.1\r\n" + b"X-Header: value\r\n" * 20_000 + b"\r\n", b"431"),
                (b"POST /-/reload HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000, b"413"),
                (b"POST /-/reload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"4000\r\n" + b"x" * 0x4000
                 + b"\r\n" + (b"4000\r\n" + b"x" * 0x4000 + b"\r\n") * 20 + b"0\r\n\r\n", b"413")):
            with self.subTest(request[:40]), socket.create_connection(("127.0.0.1", exporter.port), timeout=30) as link:
                try:
                    link.sendall(request)
                except OSError:
                    pass  # it may be cut off before the end
                answer = link.recv(1000)
                self.assertEqual(answer[9:12], status, answer)
        self.assertGreaterEqual(metric(exporter, "litellm_exporter_web_refusals_total", reason="too_large"), 2)

    def test_a_body_is_not_taken_for_the_next_request(self):
        exporter = self.exporter()
        hidden = b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=30) as link:
            link.sendall(b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(hidden) + hidden)
            answer = b""
            while piece := link.recv(4096):
                answer += piece
        self.assertTrue(answer.startswith(b"HTTP/1.1 405 "), answer)
        self.assertEqual(answer.count(b"HTTP/1.1 "), 1, answer)

    def test_nothing_after_a_request_that_makes_no_sense_is_obeyed(self):
        """What another server took for a body must not reload the configuration."""
        exporter = self.exporter()
        hidden = b"POST /-/reload HTTP/1.1\r\nHost: x\r\n\r\n"
        length = b"Content-Length: %d\r\n" % len(hidden)
        for head in (b"GET /metrics HTTP/1.1\r\nRange: bytes=x\r\n" + length, b"PROPFIND / HTTP/1.1\r\n" + length,
                     b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n" + length, b"GET / HTTP/1.2\r\n" + length,
                     b"GET / HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n" + length,
                     b"GET / HTTP/1.1\r\nContent-Length : %d\r\n" % len(hidden),
                     b"GET /nothing HTTP/1.1\r\n" + length):
            with self.subTest(head[:40]), socket.create_connection(("127.0.0.1", exporter.port), timeout=30) as link:
                link.sendall(head + b"\r\n" + hidden)
                answer = b""
                while piece := link.recv(65536):
                    answer += piece
                self.assertEqual(answer.count(b"HTTP/1.1 "), 1, answer[:2000])
        self.assertNotIn("configuration reloaded", exporter.log())

    def test_clients_that_do_not_read_do_not_keep_prometheus_out(self):
        exporter = self.exporter()
        crowd = [socket.create_connection(("127.0.0.1", exporter.port), timeout=30) for _ in range(60)]
        self.addCleanup(lambda: [one.close() for one in crowd])
        for one in crowd:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.setblocking(False)
            with contextlib.suppress(OSError):
                one.send(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 400)
        for _ in range(10):
            self.assertEqual(self.fetch(exporter)[0], 200)

    def test_requests_on_one_connection(self):
        exporter = self.exporter()
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=30) as link:
            link.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n" * 3
                         + b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = b""
            while piece := link.recv(4096):
                answer += piece
        self.assertEqual(answer.count(b"HTTP/1.1 200 "), 4, answer)

    def test_it_stops_at_once_though_connections_are_open(self):
        exporter = self.exporter()
        links = [socket.create_connection(("127.0.0.1", exporter.port), timeout=30) for _ in range(40)]
        self.addCleanup(lambda: [one.close() for one in links])
        self.assertEqual(exporter.stop(deadline=10), 0)


# accept() whose third call fails, with the error that $ACCEPT_ERROR names.
FAILING_ACCEPT = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
int accept(int listener, struct sockaddr *address, socklen_t *length) {
  static int calls;
  int (*next)(int, struct sockaddr *, socklen_t *) = dlsym(RTLD_NEXT, "accept");
  if (++calls == 3) { errno = atoi(getenv("ACCEPT_ERROR")); return -1; }
  return next(listener, address, length);
}
"""


class Listening(WebCase):
    def failing(self, error):
        """An exporter of which one accept() fails, after two that work."""
        library = self.files / "accept.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", library, "-ldl"], input=FAILING_ACCEPT,
                       text=True, check=True, timeout=60)
        options = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        return self.secured("{}\n", env={"LD_PRELOAD": str(library), "ACCEPT_ERROR": str(error),
                                         "ASAN_OPTIONS": options})

    def test_a_connection_that_cannot_be_accepted_is_not_the_last(self):
        exporter = self.failing(errno.ENFILE)
        self.assertEqual([self.fetch(exporter, "/-/healthy")[0] for _ in range(6)], [200] * 6)
        self.assertEqual(exporter.log().count("cannot accept a connection"), 1, exporter.log())
        self.assertEqual(exporter.stop(), 0)

    def test_without_its_listening_socket_it_ends(self):
        """So that systemd or Docker starts it anew."""
        exporter = self.failing(errno.EBADF)
        self.assertEqual(self.fetch(exporter, "/-/healthy")[0], 200)
        # It may end before the second is answered.
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.fetch(exporter, "/-/healthy")
        wait_until(lambda: not exporter.alive(), 20, "the exporter ends")
        self.assertIn("the listening socket is lost", exporter.log())
        self.assertEqual(exporter.stop(), 1)


class Systemd(IntegrationCase):
    def test_it_tells_systemd_how_it_is(self):
        """A datagram socket stands in for systemd; the words are those of its protocol."""
        path = self.directory / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(path))
            manager.settimeout(30)
            exporter = self.exporter(FAST, start=False, env={"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "400000"})

            def next_word(word):
                while True:
                    lines = manager.recv(4096).decode().split("\n")
                    if word in lines:
                        return lines
            exporter.start()
            next_word("READY=1")
            next_word("WATCHDOG=1")
            next_word("WATCHDOG=1")
            exporter.get("/-/healthy")
            exporter.send_signal(1)
            self.assertTrue(any(line.startswith("MONOTONIC_USEC=") for line in next_word("RELOADING=1")))
            next_word("READY=1")
            self.assertEqual(exporter.stop(), 0)
            next_word("STOPPING=1")

    def test_credentials_of_the_unit(self):
        directory = self.directory / "credentials"
        directory.mkdir()
        (directory / "database_url").write_text(self.cluster.url("litellm_exporter", self.database), encoding="utf-8")
        (directory / "litellm_key").write_text("", encoding="utf-8")
        exporter = self.exporter(FAST, start=False, env={"CREDENTIALS_DIRECTORY": str(directory), "DATABASE_URL": ""})
        exporter.start()
        wait_until(lambda: metric(exporter, "litellm_exporter_database_up") == 1, 20, "the database answers")
        # One that is none is told with its name, and not quoted.
        (directory / "database_url").write_text("postgresql://a:secret@b@c/d", encoding="utf-8")
        refused = exporter.run("--config.check")
        self.assertEqual(refused.returncode, 1)
        self.assertIn(f"{directory}/database_url: ", refused.stderr)
        self.assertNotIn("secret", refused.stderr)
        # One that cannot be read is refused at a reload, and the old one stays in force.
        (directory / "litellm_key").unlink()
        (directory / "litellm_key").mkdir()
        exporter.send_signal(signal.SIGHUP)
        wait_until(lambda: "configuration refused" in exporter.log(), 20, "the refusal")
        self.assertEqual(metric(exporter, "litellm_exporter_config_last_reload_successful"), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)

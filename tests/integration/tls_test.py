# SPDX-License-Identifier: Apache-2.0
"""TLS as --web.config.file asks for it, through the real binary; certificates by openssl."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import unittest

from harness import patient, wait_until
from demo.prometheus import Prometheus
from pki import Authority
from web_case import HASH, PASSWORD, WebCase


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
        wait_until(lambda: self.refusals(exporter, "handshake", context=self.context()) == 2, 20, "both are counted")
        wait_until(lambda: exporter.run("healthcheck").returncode == 0, 20, "healthy")

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
                        "-keyout", "rsa.key", "-out", "rsa.pem"], cwd=self.files, capture_output=True, check=True, timeout=patient(60))
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


if __name__ == "__main__":
    unittest.main(verbosity=2)

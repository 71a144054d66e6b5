# SPDX-License-Identifier: Apache-2.0
"""Files for --web.config.file, and what Prometheus' exporter-toolkit (v0.20.0, web.Validate) says of each."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from pki import Authority

sys.path.insert(0, str(Path(__file__).parents[2] / "compose"))

from demo.exporter import find_binary  # noqa: E402
from demo.process import patient  # noqa: E402

HASH = "$2b$10$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu"
PAIR = "cert_file: server.pem, key_file: server.key"


def tls(more=""):
    return f"tls_server_config: {{{PAIR}{', ' if more else ''}{more}}}"


def clients(policy, more=""):
    return tls(f"client_auth_type: {policy}{', ' if more else ''}{more}")


def headers(text):
    return f"http_server_config: {{headers: {{{text}}}}}"


def users(text):
    return f"basic_auth_users: {{{text}}}"


def limit(text):
    return f"rate_limit: {{{text}}}"


TAKEN = [
    # Nothing is asked for.
    "", "{}", "# nothing", "~", "tls_server_config:", "tls_server_config: {}", "tls_server_config: ~",
    "http_server_config: {}", "basic_auth_users:", "basic_auth_users: {}", "rate_limit:", "rate_limit: {}",
    # TLS is off as long as nothing names a certificate, a key, an authority or a policy.
    "tls_server_config: {min_version: TLS13}", "tls_server_config: {client_allowed_sans: [a]}",
    "tls_server_config: {cipher_suites: [TLS_AES_128_GCM_SHA256]}", 'tls_server_config: {cert_file: "", key_file: ~}',
    'tls_server_config: {client_auth_type: ""}',
    # Certificates and keys.
    tls(), tls('client_ca: "", client_ca_file: ~'), tls("cert: nonsense"), tls("key: nonsense"),
    "tls_server_config: {cert_file: both.pem, key_file: both.pem}", "tls_server_config: {cert_file: old.pem, key_file: old.key}",
    "tls_server_config: {cert_file: chain.pem, key_file: server.key}", "tls_server_config: {cert_file: sub/../server.pem, key_file: ./server.key}",
    # Clients.
    *[clients(policy) for policy in ("NoClientCert", "RequestClientCert", "RequireAnyClientCert", "RequireClientCert",
                                     "VerifyClientCertIfGiven", "RequireAndVerifyClientCert", '""', "~")],
    *[clients(policy, "client_ca_file: authority.pem") for policy in (
        "RequestClientCert", "RequireAnyClientCert", "VerifyClientCertIfGiven", "RequireAndVerifyClientCert")],
    clients("RequireAndVerifyClientCert", "client_ca_file: server.key"), clients("RequireAndVerifyClientCert", "client_ca_file: /dev/null"),
    clients("RequireAndVerifyClientCert", "client_ca: nonsense"), clients("RequireAnyClientCert", "client_ca: x, client_ca_file: authority.pem"),
    tls("client_allowed_sans: [a.example]"), tls("client_allowed_sans: []"), tls("client_allowed_sans: ~"), tls("client_allowed_sans: [1, true]"),
    clients("RequireAnyClientCert", "client_allowed_sans: [a.example, 127.0.0.1]"),
    # Versions, suites, curves.
    *[tls(f"min_version: {version}") for version in ("TLS10", "TLS11", "TLS12", "TLS13", "~")],
    tls("min_version: TLS13, max_version: TLS12"), tls("max_version: TLS12"),
    tls("cipher_suites: []"), tls("cipher_suites: ~"), tls("cipher_suites: [TLS_AES_256_GCM_SHA384]"),
    tls("cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384], max_version: TLS12"),
    tls("cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, "
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, "
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "
        "TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256, "
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, "
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA]"),
    tls("curve_preferences: []"), tls("curve_preferences: [CurveP256, CurveP384, CurveP521, X25519]"), tls("curve_preferences: [X25519, X25519]"),
    tls("prefer_server_cipher_suites: false"), tls("prefer_server_cipher_suites: no"), tls("prefer_server_cipher_suites: ~"),
    # HTTP.
    "http_server_config: {http2: false}", "http_server_config: {http2: off}", "http_server_config: {headers: ~}",
    headers("X-Frame-Options: deny"), headers("X-Frame-Options: sameorigin"), headers("X-Content-Type-Options: nosniff"),
    headers("X-XSS-Protection: 1"), headers("Strict-Transport-Security: max-age=31536000"), headers("Content-Security-Policy: \"default-src 'self'\""),
    headers('X-XSS-Protection: "", Content-Security-Policy: ~'), headers('X-XSS-Protection: "a\\nb"'), headers('X-XSS-Protection: "\u00e9"'),
    headers('Content-Security-Policy: "a\\x01\\x7f\\tb"'),
    # Users; whether a password can ever belong to it is not looked at.
    users(f"ada: {HASH}"), users(f'"": {HASH}'), users(f'"a:b": {HASH}'), users(f"ada: {HASH}x"), users(f"ada: {HASH[:-1]}"),
    users("ada: " + HASH.replace("$2b$", "$2y$")), users("ada: " + HASH.replace("$2b$", "$2x$")), users("ada: " + HASH.replace("$2b$", "$2$")),
    users("ada: " + HASH.replace("$10$", "$31$")), users("ada: " + HASH.replace("$10$", "$04$")), users("ada: " + HASH[:-4] + "!!!!"),
    users(f"1: {HASH}"), users("ada: " + HASH.replace("$2b$", "$1a$")),
    # Rates.
    *[limit(text) for text in (
        "burst: 0", "interval: 0", "interval: 0, burst: 0", "interval: 1s", "interval: 1s, burst: 0", "interval: 1s, burst: -1",
        "interval: 1h30m, burst: 5", "interval: 1.5s, burst: 5", "interval: -1s, burst: 1", "interval: 100us, burst: 1",
        "interval: 5, burst: 1", "interval: 0s", "interval: ~, burst: ~", "interval: 1s, burst: 0x10", "interval: 1s, burst: 1_000",
        "interval: .5s", "interval: +1s", "interval: 1s, burst: 1.5", "interval: 1s, burst: 1e3", "interval: 1s, burst: 010",
        "interval: 1000000h", "interval: 1s, burst: 1000000000000", "interval: 1\u00b5s", "interval: 1.s", "burst: -5")],
]

REFUSED = [
    "nonsense", "[]", "1", "nonsense: 1", "tls_server_config: 1", "tls_server_config: []", "tls_server_config: {cert_filse: a}",
    "TLS_server_config: {}", "http_server_config: {http3: true}", "basic_auth_users: []", "rate_limit: {rate: 1}", "a: [",
    "http_server_config: {}\nhttp_server_config: {}", users(f"ada: {HASH}, ada: {HASH}"),
    # Certificates and keys.
    "tls_server_config: {cert_file: server.pem}", "tls_server_config: {key_file: server.key}", 'tls_server_config: {cert_file: "", key_file: server.key}',
    'tls_server_config: {cert: "", key_file: server.key}', "tls_server_config: {client_auth_type: NoClientCert}",
    "tls_server_config: {client_ca_file: authority.pem}", "tls_server_config: {cert_file: gone.pem, key_file: server.key}",
    "tls_server_config: {cert_file: server.pem, key_file: gone.key}", "tls_server_config: {cert_file: server.pem, key_file: other.key}",
    "tls_server_config: {cert_file: server.key, key_file: server.key}", "tls_server_config: {cert_file: server.pem, key_file: server.pem}",
    "tls_server_config: {cert: nonsense, key: nonsense}", "tls_server_config: {cert_file: server.pem, key_file: locked.key}",
    "tls_server_config: {cert_file: sub, key_file: server.key}",
    # Clients.
    tls("client_ca_file: authority.pem"), tls("client_ca: x"), tls("client_ca_file: /dev/null"), clients("NoClientCert", "client_ca_file: authority.pem"),
    clients("RequireAndVerifyClientCert", "client_ca_file: gone.pem"), clients("Nonsense"), clients("requireandverifyclientcert"), clients("1"),
    tls("client_allowed_sans: a.example"), tls("client_allowed_sans: {a: b}"),
    # Versions, suites, curves; also where TLS is off.
    tls("min_version: TLS111"), tls("min_version: 1.2"), tls("max_version: SSL30"), tls("min_version: tls12"), tls('min_version: ""'),
    "tls_server_config: {min_version: nonsense}",
    tls("cipher_suites: [ROT13]"), tls("cipher_suites: ROT13"), tls("cipher_suites: [TLS_RSA_WITH_AES_128_GCM_SHA256]"),
    tls("cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]"), tls("cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]"),
    tls("cipher_suites: [TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA]"), tls("cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256]"),
    tls("cipher_suites: [TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305]"), tls("cipher_suites: [ECDHE-RSA-AES128-GCM-SHA256]"),
    tls("cipher_suites: [TLS_DHE_RSA_WITH_AES_128_GCM_SHA256]"), "tls_server_config: {cipher_suites: [ROT13]}",
    tls("curve_preferences: [CurveP257]"), tls("curve_preferences: [P-256]"), tls("curve_preferences: [X25519MLKEM768]"), tls("curve_preferences: [x25519]"),
    tls("prefer_server_cipher_suites: perhaps"), tls("prefer_server_cipher_suites: 1"),
    # HTTP.
    "http_server_config: {http2: perhaps}", headers("Content-Type: foo"), headers("X-Other: ~"), headers("x-frame-options: deny"),
    headers("X-Frame-Options: DENY"), headers("X-Frame-Options: foo"), headers('X-Frame-Options: ""'), headers("X-Frame-Options: ~"),
    headers("X-Content-Type-Options: sniff"), headers('X-Content-Type-Options: ""'), headers("X-Content-Type-Options: ~"), headers('X-Frame-Options: "deny "'),
    "http_server_config: {headers: [a]}",
    # Users.
    users("ada: secret"), users('ada: ""'), users("ada: ~"), users("ada: " + HASH[:-2]), users("ada: " + HASH.replace("$10$", "$03$")),
    users("ada: " + HASH.replace("$10$", "$32$")), users("ada: " + HASH.replace("$10$", "$xx$")), users("ada: " + HASH.replace("$2b$", "$3b$")),
    users("ada: x" + HASH[1:]), users(f"ada: [{HASH}]"),
    # Rates.
    *[limit(text) for text in (
        "interval: 1d", "interval: soon", "interval: s", "interval: 1s2", "interval: 1 s", 'interval: ""', "burst: many",
        "burst: 1s", "burst: [1]", "interval: true", "interval: 1e3s", "interval: 9999999999999h", "burst: 99999999999999999999", 'burst: ""')],
]


def write_files(directory):
    """The certificates and keys that the files name."""
    authority = Authority(directory, "authority")
    for name in ("server", "other"):
        authority.issue(name, "IP:127.0.0.1")
    pem, key = ((directory / f"server.{kind}").read_text(encoding="ascii") for kind in ("pem", "key"))
    (directory / "both.pem").write_text(key + pem, encoding="ascii")
    (directory / "chain.pem").write_text("words\n" + pem + (directory / "authority.pem").read_text(encoding="ascii"), encoding="ascii")
    (directory / "sub").mkdir()
    for words in (["req", "-x509", "-newkey", "rsa:1024", "-nodes", "-days", "2", "-subj", "/CN=old", "-keyout", "old.key", "-out", "old.pem"],
                  ["ec", "-in", "server.key", "-aes128", "-passout", "pass:x", "-out", "locked.key"]):
        subprocess.run(["openssl", *words], cwd=directory, capture_output=True, check=True, timeout=patient(60))


class WebFiles(unittest.TestCase):
    def test_they_are_taken_and_refused_as_the_toolkit_does(self):
        self.assertEqual(len(set(TAKEN + REFUSED)), len(TAKEN + REFUSED))
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name)
            write_files(directory)
            file = directory / "web.yml"
            for taken, texts in ((True, TAKEN), (False, REFUSED)):
                for text in texts:
                    with self.subTest(text, taken=taken):
                        file.write_text(text + "\n", encoding="utf-8")
                        done = subprocess.run(
                            [find_binary(), "--config.check", f"--web.config.file={file}"], capture_output=True, text=True,
                            env={"DATABASE_URL": "postgresql://127.0.0.1/x"}, timeout=patient(60), check=False)
                        self.assertEqual(done.returncode, 0 if taken else 1, done.stdout + done.stderr)
                        self.assertEqual(done.stderr.count("\n"), 0 if taken else 1, done.stderr)
                        self.assertTrue(taken or str(file) in done.stderr, done.stderr)
                        self.assertNotIn(HASH[7:40], done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""LiteLLM's own URL against a server with TLS: what Prisma's parameters ask for is done, never less."""

import os
import shutil
import subprocess
import unittest
from urllib.parse import quote

from harness import EXPORTER_ROLE, Cluster, IntegrationCase, parse_page, patient, total
from pki import Authority

IDENTITY_DATABASE = "litellm_test_an_identity_in_pkcs12"


class Url(IntegrationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.stop("immediate")
        cls.files = cls.directory / "pki"
        cls.files.mkdir()
        for name in ("authority", "stranger"):
            Authority(cls.files, name).issue(f"{name}-server", "DNS:localhost")
        Authority(cls.files, "clients").issue("client", "DNS:client")
        os.chmod(cls.directory, 0o755)
        cls.cluster = Cluster(cls.directory / "with-tls", durable=False)
        cls.cluster.initialise()
        for source, name in (("authority-server.pem", "server.crt"), ("authority-server.key", "server.key"),
                             ("clients.pem", "clients.crt")):
            target = cls.cluster.data / name
            shutil.copy(cls.files / source, target)
            owner = cls.cluster.data.stat()
            os.chown(target, owner.st_uid, owner.st_gid)
            os.chmod(target, 0o600)
        rules = cls.cluster.data / "pg_hba.conf"
        rules.write_text(f"hostssl {IDENTITY_DATABASE} {EXPORTER_ROLE} all trust clientcert=verify-ca\n"
                         f"hostssl all {EXPORTER_ROLE} all trust\n"
                         f"host all {EXPORTER_ROLE} all reject\n" + rules.read_text(encoding="utf-8"), encoding="utf-8")
        cls.cluster.settings |= {"ssl": "on", "ssl_ca_file": "clients.crt"}
        cls.cluster.start()

    def connects(self, parameters, host="localhost", env=None):
        """Whether a poll of the database succeeds, and what is said."""
        url = f"postgresql://{EXPORTER_ROLE}@{host}:{self.cluster.port}/{self.database}?{parameters}"
        result = self.exporter(url=url, start=False, env=env).run("once")
        self.assertEqual(result.returncode, 0, result.stderr)
        return total(parse_page(result.stdout), "litellm_exporter_database_up") == 1, result.stderr

    def assert_connects(self, parameters, **how):
        up, log = self.connects(parameters, **how)
        self.assertTrue(up, log)

    def assert_refused(self, parameters, **how):
        up, log = self.connects(parameters, **how)
        self.assertFalse(up, log)
        self.assertIn("certificate", log)

    def test_strict_verifies_chain_and_name(self):
        right, wrong = self.files / "authority.pem", self.files / "stranger.pem"
        self.assert_connects(f"sslaccept=strict&sslcert={right}&connection_limit=5")
        self.assert_refused(f"sslaccept=strict&sslcert={wrong}")
        self.assert_refused(f"sslaccept=strict&sslcert={right}", host="127.0.0.1")
        self.assert_refused(f"sslaccept=strict&sslcert={self.files / 'missing.pem'}")
        self.assert_refused("sslaccept=strict")
        self.assert_connects("sslaccept=strict", env={"SSL_CERT_FILE": str(right)})

    def test_without_strict_nobody_is_asked(self):
        wrong = self.files / "stranger.pem"
        self.assert_connects("sslmode=require", host="127.0.0.1")
        self.assert_connects(f"sslmode=require&sslaccept=accept_invalid_certs&sslcert={wrong}")
        self.assert_connects(f"sslcert={wrong}")
        # As libpq has it where it knows authorities.
        self.assert_refused(f"sslmode=require&sslcert={wrong}")
        self.assert_connects(f"sslmode=require&sslcert={self.files / 'authority.pem'}", host="127.0.0.1")

    def test_an_identity_in_pkcs12(self):
        password = "orchid + 1"
        bundle = self.files / "client.p12"
        subprocess.run(["openssl", "pkcs12", "-export", "-in", "client.pem", "-inkey", "client.key", "-out", bundle,
                        "-passout", f"pass:{password}"], cwd=self.files, check=True, capture_output=True, timeout=patient(60))
        self.assert_refused("sslmode=require")
        self.assert_connects(f"sslmode=require&sslidentity={bundle}&sslpassword={quote(password)}")
        self.assert_connects(f"sslaccept=strict&sslcert={self.files / 'authority.pem'}&sslidentity={bundle}"
                             f"&sslpassword={quote(password)}")
        url = f"postgresql://localhost/x?sslidentity={bundle}&sslpassword=orchid"
        result = self.exporter(url=url, start=False).run("once")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertIn(f"sslidentity: {bundle}: is no PKCS#12 file that sslpassword opens", result.stderr)
        self.assertNotIn("orchid", result.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)

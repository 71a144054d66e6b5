# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests, made by openssl, with the extensions that a strict client asks for, as Python 3.13's is."""

import subprocess

from harness import patient


class Authority:
    """Signs certificates. Its own is NAME.pem in the directory; those it issues have NAME.key beside them."""

    def __init__(self, directory, name):
        self._directory = directory
        self._name = name
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                      "-subj", f"/CN={name}", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                      "-keyout", f"{name}.key", "-out", f"{name}.pem")

    def issue(self, name, alternative_name, days=2):
        extensions = self._directory / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative_name}\nbasicConstraints=critical,CA:FALSE\n"
                              "keyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\n"
                              "authorityKeyIdentifier=keyid\n", encoding="utf-8")
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                      "-keyout", f"{name}.key", "-out", f"{name}.csr")
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{self._name}.pem", "-CAkey", f"{self._name}.key",
                      "-CAcreateserial", "-days", str(days), "-extfile", extensions.name, "-out", f"{name}.pem")

    def _openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], cwd=self._directory, capture_output=True, text=True, timeout=patient(60),
                              check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr}")

# SPDX-License-Identifier: Apache-2.0
"""What the tests of the web interface start from: an exporter with a web configuration."""

import base64
import http.client

from harness import IntegrationCase, patient, wait_until

PASSWORD = "correct horse"
# bcrypt of it, with cost 10.
HASH = "$2b$10$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu"


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
        connection = connect("127.0.0.1", exporter.port, timeout=patient(60), **({"context": context} if context else {}))
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()

# SPDX-License-Identifier: Apache-2.0
"""What the Prometheus operator's own admission webhook says of rules and routes: more than a schema can, such as whether
an expression is one and a route leads to a receiver. Started by the script `schemas` beside it."""

import copy
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "compose"))

from demo.ports import free_port  # noqa: E402
from demo.process import Process, wait_until  # noqa: E402
from demo.web import request  # noqa: E402

PATHS = {"PrometheusRule": ("prometheusrules", "monitoring.coreos.com/v1"),
         "AlertmanagerConfig": ("alertmanagerconfigs", "monitoring.coreos.com/v1alpha1")}


class Admission(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="litellm-exporter-")))
        address = f"127.0.0.1:{free_port()}"
        cls.url = f"http://{address}"
        cls.webhook = Process.start([os.environ["ADMISSION_WEBHOOK"], "--web.enable-tls=false", f"--web.listen-address={address}"],
                                    directory / "log")
        cls.addClassCleanup(cls.webhook.stop)

        def answers():
            cls.webhook.check_alive()
            return request(cls.url + "/healthz")[0] == 200
        wait_until(answers, 60, "the webhook answers")
        done = subprocess.run([os.environ["KUSTOMIZE"], "build", ROOT / "compose/kubernetes-example"], capture_output=True,
                              text=True, timeout=120, check=True)
        made = [each for each in yaml.safe_load_all(done.stdout) if each["kind"] in PATHS]
        cls.objects = {each["kind"]: each for each in made}

    def verdict(self, manifest):
        """(whether it is taken, why not)"""
        resource, version = PATHS[manifest["kind"]]
        group, _, version = version.partition("/")
        review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
            "uid": "1", "kind": {"group": group, "version": version, "kind": manifest["kind"]},
            "resource": {"group": group, "version": version, "resource": resource},
            "name": manifest["metadata"]["name"], "namespace": "ai", "operation": "CREATE", "object": manifest}}
        status, _, body = request(f"{self.url}/admission-{resource}/validate", "POST",
                                  {"Content-Type": "application/json"}, json.dumps(review).encode())
        self.assertEqual(status, 200, body)
        response = json.loads(body)["response"]
        return response["allowed"], response.get("status", {})

    def test_rules_and_routes_are_taken(self):
        self.assertEqual(set(self.objects), set(PATHS))
        for manifest in self.objects.values():
            allowed, why = self.verdict(manifest)
            self.assertTrue(allowed, why)

    def test_what_is_wrong_is_refused(self):
        rules = copy.deepcopy(self.objects["PrometheusRule"])
        rules["spec"]["groups"][0]["rules"][0]["expr"] = "sum(("
        routes = copy.deepcopy(self.objects["AlertmanagerConfig"])
        routes["spec"]["route"]["routes"][0]["receiver"] = "unheard-of"
        for manifest in (rules, routes):
            self.assertFalse(self.verdict(manifest)[0], manifest["kind"])


if __name__ == "__main__":
    unittest.main(verbosity=2)

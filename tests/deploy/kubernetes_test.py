# SPDX-License-Identifier: Apache-2.0
"""The manifests against the published schemas: Kubernetes' own as its client library has them, and the
operator's as far as it is used here (data/prometheus-operator.yml)."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml
from kubernetes import client

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "compose" / "kubernetes"
OPERATOR = yaml.safe_load((ROOT / "tests" / "data" / "prometheus-operator.yml").read_text(encoding="utf-8"))
MODELS = {("apps/v1", "Deployment"): "V1Deployment", ("v1", "Service"): "V1Service",
          ("v1", "ServiceAccount"): "V1ServiceAccount", ("v1", "PersistentVolumeClaim"): "V1PersistentVolumeClaim",
          ("networking.k8s.io/v1", "NetworkPolicy"): "V1NetworkPolicy"}
PLAIN = {"str": str, "int": int, "bool": bool, "float": (int, float)}


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def kustomization(folder):
    return load(folder / "kustomization.yaml")


def resources(folder=FOLDER):
    """Every file that kustomize would read, in folders that it is sent to as well."""
    for name in kustomization(folder).get("resources", []):
        path = (folder / name).resolve()
        if path.is_dir():
            yield from resources(path)
        else:
            yield path, load(path)


def check_model(value, kind, where):
    """Raises where a value is not what the schema of `kind` says; unknown fields are none of it."""
    if match := re.fullmatch(r"list\[(.+)\]", kind):
        if not isinstance(value, list):
            raise TypeError(f"{where}: expected a list")
        for index, item in enumerate(value):
            check_model(item, match[1], f"{where}[{index}]")
    elif match := re.fullmatch(r"dict\(str, (.+)\)", kind):
        if not isinstance(value, dict):
            raise TypeError(f"{where}: expected a mapping")
        for key, item in value.items():
            check_model(item, match[1], f"{where}.{key}")
    elif kind in PLAIN:
        if not isinstance(value, PLAIN[kind]) or (isinstance(value, bool) and kind != "bool"):
            raise TypeError(f"{where}: {value!r} is no {kind}")
    elif kind != "object":
        model = getattr(client, kind)
        names = {json: (name, model.openapi_types[name]) for name, json in model.attribute_map.items()}
        for key, item in value.items():
            if key not in names:
                raise TypeError(f"{where}: {kind} has no {key}")
            check_model(item, names[key][1], f"{where}.{key}")
        # Its constructor knows what must be there, and what values are allowed.
        model(**{names[key][0]: item for key, item in value.items()})


def check_facts(value, facts, where):
    """The same with facts written down: a type, a one-element list, or a mapping (required: name!)."""
    if isinstance(facts, list):
        for index, item in enumerate(value):
            check_facts(item, facts[0], f"{where}[{index}]")
    elif isinstance(facts, dict):
        known = {name.rstrip("!"): kind for name, kind in facts.items()}
        for key, item in value.items():
            if key not in known and "*" not in known:
                raise TypeError(f"{where} has no {key}")
            check_facts(item, known.get(key, known.get("*")), f"{where}.{key}")
        for name in facts:
            if name.endswith("!") and name[:-1] not in value:
                raise TypeError(f"{where} lacks {name[:-1]}")
    elif not isinstance(value, PLAIN[facts]):
        raise TypeError(f"{where}: {value!r} is no {facts}")


class Kubernetes(unittest.TestCase):
    def test_the_checks_themselves_refuse_what_is_wrong(self):
        service = load(FOLDER / "service.yaml")
        for change in ({"spec": {"port": []}}, {"spec": {"ports": [{"name": "x"}]}},
                       {"spec": {"ports": [{"port": "x"}]}}, {"metadata": []}):
            with self.assertRaises((TypeError, ValueError, AttributeError), msg=change):
                check_model({**service, **change}, "V1Service", "Service")
        with self.assertRaises(TypeError):
            check_facts({"groups": [{"rules": []}]}, OPERATOR["PrometheusRule"]["spec!"], "spec")

    def test_each_manifest_is_what_its_schema_says(self):
        kinds = set()
        for path, manifest in resources():
            kind = (manifest["apiVersion"], manifest["kind"])
            kinds.add(kind[1])
            with self.subTest(path.name):
                if kind in MODELS:
                    check_model(manifest, MODELS[kind], path.name)
                else:
                    self.assertEqual(kind[0], "monitoring.coreos.com/v1")
                    check_facts(manifest, OPERATOR[kind[1]], path.name)
        self.assertEqual(kinds, {kind for _, kind in MODELS} | set(OPERATOR))

    def test_nothing_is_left_out(self):
        listed = {path.name for path, _ in resources() if path.parent == FOLDER}
        self.assertEqual(listed, {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"})
        maps = kustomization(ROOT / "dashboards")["configMapGenerator"]
        self.assertEqual({file for each in maps for file in each["files"]},
                         {path.name for path in (ROOT / "dashboards").glob("*.json")})
        names = [each["name"] for folder in (FOLDER, ROOT / "dashboards")
                 for each in kustomization(folder)["configMapGenerator"]]
        self.assertEqual(len(names), len(set(names)), "two ConfigMaps of one name")

    def test_the_rules_are_current(self):
        done = subprocess.run([sys.executable, FOLDER / "generate", "--check"], capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_parts_fit_together(self):
        parts = {manifest["kind"]: manifest for _, manifest in resources()}
        pod = parts["Deployment"]["spec"]["template"]
        container = pod["spec"]["containers"][0]
        labels = pod["metadata"]["labels"].items()
        for selector in (parts["Deployment"]["spec"]["selector"]["matchLabels"], parts["Service"]["spec"]["selector"],
                         parts["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]):
            self.assertLessEqual(selector.items(), labels)
        monitor = parts["ServiceMonitor"]["spec"]
        self.assertLessEqual(monitor["selector"]["matchLabels"].items(), parts["Service"]["metadata"]["labels"].items())
        ports = {port["name"] for port in container["ports"]}
        self.assertEqual({port["targetPort"] for port in parts["Service"]["spec"]["ports"]}, ports)
        self.assertLessEqual({endpoint["port"] for endpoint in monitor["endpoints"]},
                             {port["name"] for port in parts["Service"]["spec"]["ports"]})
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            self.assertIn(container[probe]["httpGet"]["port"], ports)
        self.assertEqual({mount["name"] for mount in container["volumeMounts"]},
                         {volume["name"] for volume in pod["spec"]["volumes"]})
        # The rules select by job, which is the Service's name.
        self.assertRegex(parts["Service"]["metadata"]["name"], r"^.*litellm-exporter.*$")

    def test_no_label_of_the_exporter_is_renamed(self):
        """As it would be where the operator gives the target one of the same name."""
        operators = {"job", "instance", "namespace", "service", "pod", "container", "endpoint", "node"}
        lines = (ROOT / "tests" / "data" / "metrics.txt").read_text(encoding="utf-8").splitlines()
        own = {label for line in lines if not line.startswith("#") for label in (line.split() + [""])[2].split(",")}
        monitor = next(manifest for _, manifest in resources() if manifest["kind"] == "ServiceMonitor")
        for endpoint in monitor["spec"]["endpoints"]:
            self.assertFalse(endpoint["honorLabels"], "the page must not say what it is")
            dropped = {rule["regex"] for rule in endpoint["relabelings"] if rule["action"] == "labeldrop"}
            self.assertEqual(own & operators, dropped)

    def test_one_replica_under_the_restricted_standard(self):
        deployment = next(manifest for _, manifest in resources() if manifest["kind"] == "Deployment")
        self.assertEqual((deployment["spec"]["replicas"], deployment["spec"]["strategy"]["type"]), (1, "Recreate"))
        pod = deployment["spec"]["template"]["spec"]
        self.assertTrue(pod["securityContext"]["runAsNonRoot"])
        self.assertEqual(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault")
        self.assertFalse(pod["automountServiceAccountToken"])
        for container in pod["containers"]:
            context = container["securityContext"]
            self.assertFalse(context["allowPrivilegeEscalation"])
            self.assertTrue(context["readOnlyRootFilesystem"])
            self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
            self.assertIn("memory", container["resources"]["limits"])
        text = yaml.safe_dump(deployment)
        self.assertNotRegex(text, "(?i)password|sk-")

    def test_each_name_stands_once(self):
        """So that who changes it leaves no other behind."""
        text = "\n".join(re.sub("(?m)#.*$", "", path.read_text(encoding="utf-8"))
                         for path in [*FOLDER.glob("*.yaml"), *FOLDER.glob("*.yml"), *(ROOT / "rules").glob("*.yaml")])
        for word in (r"\blitellm:4000\b", r"\b4000\b", r"namespace: litellm\b", r"\bmonitoring\b(?!\.coreos)"):
            self.assertEqual(len(re.findall("(?m)" + word, text)), 1, word)
        self.assertNotRegex(text, r"\.svc\b|\.cluster\.local")
        # Others speak of the port by its name.
        self.assertEqual({port["targetPort"] for _, manifest in resources() if manifest["kind"] == "Service"
                          for port in manifest["spec"]["ports"]}, {"metrics"})

    def render(self, overlay):
        """The manifests of an overlay, made by kubectl."""
        if not shutil.which("kubectl"):
            self.skipTest("no kubectl")
        # An overlay may name a base by a relative path only.
        base = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="litellm-exporter-")))
        for part in ("compose/kubernetes", "rules", "dashboards"):
            shutil.copytree(ROOT / part, base / part)
        place = base / "overlay"
        place.mkdir()
        for name, content in overlay(base).items():
            (place / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        done = subprocess.run(["kubectl", "kustomize", place], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return list(yaml.safe_load_all(done.stdout))

    def test_an_overlay_leaves_nothing_behind(self):
        """Another namespace, other proxies, and rules that have the address of the runbooks."""
        command = re.search(r"```sh\n(sed .*?)```", (ROOT / "compose/operations.md").read_text(encoding="utf-8"), re.S)[1]

        def overlay(base):
            subprocess.run(["sh", "-c", f"{command.strip()} && mv prometheusrule.yaml overlay"], cwd=base, check=True, timeout=60)
            return {"kustomization.yaml": {
                "namespace": "ai", "resources": ["../compose/kubernetes"], "patches": [{"path": "prometheusrule.yaml"}],
                "configMapGenerator": [{"name": "litellm-exporter", "behavior": "merge", "files": ["litellm-exporter.yml"]}]},
                "litellm-exporter.yml": 'litellm: {urls: ["http://gateway.llm.svc:8000"]}\n'}
        rendered = self.render(overlay)
        self.assertEqual({manifest["metadata"]["namespace"] for manifest in rendered}, {"ai"})
        own = [manifest for manifest in rendered if not manifest["metadata"]["name"].startswith("dashboard-")]
        text = yaml.safe_dump_all(own)
        self.assertNotRegex(text, r"litellm:4000|\b4000\b|namespace: litellm\b|externalLabels")
        self.assertIn("http://gateway.llm.svc:8000", text)
        rules = [rule for manifest in own if manifest["kind"] == "PrometheusRule" for group in manifest["spec"]["groups"]
                 for rule in group["rules"] if "alert" in rule]
        self.assertGreater(len(rules), 50)
        for rule in rules:
            self.assertEqual(rule["annotations"]["runbook_url"], f"https://exporter.example.org/runbooks/{rule['alert']}")

    def test_the_way_to_the_proxies_is_open_wherever_they_are(self):
        """The policy knows neither their port nor their namespace."""
        policy = next(manifest for _, manifest in resources() if manifest["kind"] == "NetworkPolicy")["spec"]
        self.assertIn({"to": [{"namespaceSelector": {}}]}, policy["egress"])
        self.assertEqual(policy["policyTypes"], ["Ingress", "Egress"])

    def test_the_objects_are_not_too_large(self):
        """What kubectl notes of an object in its annotations has a limit of 256 kB."""
        for path in [ROOT / "rules" / "prometheusrule.yaml", *(ROOT / "dashboards").glob("*.json")]:
            self.assertLess(path.stat().st_size, 250_000, path.name)


if __name__ == "__main__":
    unittest.main(verbosity=2)

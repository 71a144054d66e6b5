# SPDX-License-Identifier: Apache-2.0
"""Every object that kustomize makes, against the schemas of Kubernetes and of the Prometheus operator, strictly: what a
schema does not know is a mistake. Started by the script `schemas` beside it."""

import copy
import os
import subprocess
import unittest
from pathlib import Path

import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[2]
FOLDERS = {"base": ROOT / "compose/kubernetes", "overlay": ROOT / "compose/kubernetes-example"}


class Loader(yaml.CSafeLoader):
    """As Go reads YAML: a bare = is text."""


Loader.yaml_implicit_resolvers = {
    first: [each for each in known if each[0] != "tag:yaml.org,2002:value"]
    for first, known in yaml.CSafeLoader.yaml_implicit_resolvers.items()}


def strict(schema):
    """The same as JSON schema, in which an object has no other fields than those that are named."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) if key != "default" else value for key, value in schema.items()}
    # Python wants a flag of the whole expression in front of it.
    if isinstance(made.get("pattern"), str) and "(?i)" in made["pattern"]:
        made["pattern"] = "(?i)" + made["pattern"].replace("(?i)", "")
    if isinstance(made.get("properties"), dict) and not schema.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
        made["type"] = ["integer", "string"]
    if schema.get("nullable") and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made


def built_in():
    """{(apiVersion, kind): schema} of Kubernetes itself."""
    document = strict(yaml.load(Path(os.environ["BUILT_IN"]).read_text(encoding="utf-8"), Loader))
    found = {}
    for name, definition in document["definitions"].items():
        for each in definition.get("x-kubernetes-group-version-kind", []):
            version = "/".join(filter(None, (each["group"], each["version"])))
            found[version, each["kind"]] = {"$ref": f"#/definitions/{name}", "definitions": document["definitions"]}
    return found


def custom():
    """The same of the operator. What every object has, its definitions leave to Kubernetes."""
    found = {}
    for path in Path(os.environ["CUSTOM"]).glob("*.yaml"):
        spec = yaml.load(path.read_text(encoding="utf-8"), Loader)["spec"]
        for version in spec["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}
            found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = schema
    return found


class Schemas(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        schemas = {**built_in(), **custom()}
        cls.objects = []
        for name, folder in FOLDERS.items():
            done = subprocess.run([os.environ["KUSTOMIZE"], "build", folder], capture_output=True, text=True, timeout=120, check=False)
            if done.returncode != 0:
                raise RuntimeError(f"{folder}: {done.stderr}")
            cls.objects += [(name, each) for each in yaml.load_all(done.stdout, Loader)]
        kinds = {(each["apiVersion"], each["kind"]) for _, each in cls.objects}
        cls.validators = {kind: Draft7Validator(schemas[kind]) for kind in kinds}

    def mistakes(self, manifest):
        validator = self.validators[manifest["apiVersion"], manifest["kind"]]
        return [f"{'.'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in validator.iter_errors(manifest)]

    def test_each_object_is_what_its_schema_says(self):
        for name, manifest in self.objects:
            with self.subTest(f"{name}: {manifest['kind']} {manifest['metadata']['name']}"):
                self.assertEqual(self.mistakes(manifest), [])

    def test_every_kind_is_there(self):
        kinds = {manifest["kind"] for name, manifest in self.objects if name == "overlay"}
        self.assertLessEqual({"Deployment", "NetworkPolicy", "ServiceMonitor", "PrometheusRule", "Probe", "AlertmanagerConfig"}, kinds)

    def test_the_schemas_refuse_what_is_wrong(self):
        def first(kind):
            return copy.deepcopy(next(manifest for name, manifest in self.objects if name == "overlay" and manifest["kind"] == kind))

        def refused(kind, change):
            manifest = first(kind)
            change(manifest["spec"])
            self.assertNotEqual(self.mistakes(manifest), [], kind)
        refused("Deployment", lambda spec: spec.update(replica=1))
        refused("Deployment", lambda spec: spec["template"]["spec"]["containers"][0].update(image=1))
        refused("Service", lambda spec: spec["ports"][0].pop("port"))
        refused("NetworkPolicy", lambda spec: spec["ingress"][0].update({"from": {}}))
        refused("ServiceMonitor", lambda spec: spec["endpoints"][0].update(interval="soon"))
        refused("PrometheusRule", lambda spec: spec["groups"][0]["rules"][0].pop("expr"))
        refused("Probe", lambda spec: spec["prober"].pop("url"))
        refused("AlertmanagerConfig", lambda spec: spec["receivers"][1].update(webhook_configs=[]))
        refused("AlertmanagerConfig", lambda spec: spec["route"].update(group_by=["job"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""The manifests against the published schemas: Kubernetes' own as its client library has them, and the
operator's as far as it is used here (data/prometheus-operator.yml)."""

import json
import os
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
EXAMPLE = ROOT / "compose" / "kubernetes-example"
COMPONENTS = [FOLDER / name for name in ("probes", "alertmanager", "links", "high-availability")]
OPERATOR = yaml.safe_load((ROOT / "tests" / "data" / "prometheus-operator.yml").read_text(encoding="utf-8"))
MODELS = {("apps/v1", "Deployment"): "V1Deployment", ("apps/v1", "StatefulSet"): "V1StatefulSet",
          ("policy/v1", "PodDisruptionBudget"): "V1PodDisruptionBudget", ("v1", "Service"): "V1Service",
          ("v1", "ServiceAccount"): "V1ServiceAccount", ("v1", "PersistentVolumeClaim"): "V1PersistentVolumeClaim",
          ("networking.k8s.io/v1", "NetworkPolicy"): "V1NetworkPolicy"}
PLAIN = {"str": str, "int": int, "bool": bool, "float": (int, float)}


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def load_all(path):
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def kustomization(folder):
    return load(folder / "kustomization.yaml")


def resources(folder=FOLDER):
    """Every file that kustomize would read, in folders that it is sent to as well."""
    for name in kustomization(folder).get("resources", []):
        path = (folder / name).resolve()
        if path.is_dir():
            yield from resources(path)
        else:
            yield from ((path, manifest) for manifest in load_all(path))


def components():
    """What an overlay may add, and what the one that is shown adds itself."""
    for folder in COMPONENTS:
        yield from resources(folder)
    yield EXAMPLE / "public.yaml", load(EXAMPLE / "public.yaml")


def find(manifests, kind, name=None):
    return next(manifest for _, manifest in manifests
                if manifest["kind"] == kind and name in {None, manifest["metadata"]["name"]})


def walk(route):
    yield route
    for below in route.get("routes", []):
        yield from walk(below)


def words(matchers):
    """Those of an AlertmanagerConfig as Alertmanager has them."""
    return [f'{each["name"]}{each.get("matchType", "=")}"{each["value"]}"' for each in matchers]


def as_alertmanager_reads_it(route):
    return {"receiver": route["receiver"], "matchers": words(route.get("matchers", [])),
            "routes": [as_alertmanager_reads_it(below) for below in route.get("routes", [])]}


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
        for path, manifest in [*resources(), *components()]:
            kind = (manifest["apiVersion"], manifest["kind"])
            kinds.add(kind[1])
            with self.subTest(path.name):
                if kind in MODELS:
                    check_model(manifest, MODELS[kind], path.name)
                else:
                    self.assertEqual(kind[0], "monitoring.coreos.com/v1" + "alpha1" * (kind[1] == "AlertmanagerConfig"))
                    check_facts(manifest, OPERATOR[kind[1]], path.name)
        self.assertEqual(kinds, {kind for _, kind in MODELS} | set(OPERATOR))

    def test_nothing_is_left_out(self):
        listed = {path.name for path, _ in resources() if path.parent == FOLDER}
        self.assertEqual(listed, {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"})
        maps = kustomization(ROOT / "dashboards")["configMapGenerator"]
        self.assertEqual({file for each in maps for file in each["files"]},
                         {path.name for path in (ROOT / "dashboards").glob("*.json")})
        for folder in COMPONENTS:
            self.assertEqual({path.name for path, _ in resources(folder) if path.parent == folder},
                             {path.name for path in folder.glob("*.yaml")} - {"kustomization.yaml"})
        names = [each["name"] for folder in (FOLDER, ROOT / "dashboards")
                 for each in kustomization(folder)["configMapGenerator"]]
        self.assertEqual(len(names), len(set(names)), "two ConfigMaps of one name")

    def test_the_rules_are_current(self):
        done = subprocess.run([sys.executable, FOLDER / "generate", "--check"], capture_output=True, text=True,
                              timeout=3600, check=False)
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

    def test_one_replica(self):
        deployment = find(resources(), "Deployment")
        self.assertEqual((deployment["spec"]["replicas"], deployment["spec"]["strategy"]["type"]), (1, "Recreate"))

    def test_two_replicas_know_each_other(self):
        parts = list(components())
        stateful = find(parts, "StatefulSet")
        service = find(parts, "Service", stateful["spec"]["serviceName"])
        self.assertTrue(service["spec"]["publishNotReadyAddresses"])
        env = {each["name"]: each["value"] for each in stateful["spec"]["template"]["spec"]["containers"][0]["env"]}
        name = stateful["metadata"]["name"]
        self.assertEqual(env["LITELLM_EXPORTER_PEERS"].split(","), [
            f"http://{name}-{number}.{service['metadata']['name']}:{service['spec']['ports'][0]['port']}"
            for number in range(stateful["spec"]["replicas"])])
        # One target for each, and the same names of series as in the stack.
        monitor = find(resources(), "ServiceMonitor")["spec"]
        self.assertFalse(monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items())
        patch = yaml.safe_load(kustomization(FOLDER / "high-availability")["patches"][-1]["patch"])[0]["value"]
        stack = load(ROOT / "compose/prometheus/high-availability.yml")["metric_relabel_configs"]
        self.assertEqual([rule["regex"] for rule in patch if rule.get("targetLabel") != "pod"], [rule["regex"] for rule in stack])

    def test_pods_keep_the_restricted_standard(self):
        deployments = [manifest for _, manifest in [*resources(), *components()] if manifest["kind"] in {"Deployment", "StatefulSet"}]
        self.assertEqual(len(deployments), 3)
        for deployment in deployments:
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
            self.assertNotRegex(yaml.safe_dump(deployment), "(?i)password|sk-")

    def test_the_blackbox_exporter_is_found_and_let_in(self):
        parts = list(components())
        labels = find(parts, "Deployment")["spec"]["template"]["metadata"]["labels"]
        service = find(parts, "Service")
        self.assertLessEqual(service["spec"]["selector"].items(), labels.items())
        for _, probe in parts:
            if probe["kind"] == "Probe":
                self.assertEqual(probe["spec"]["prober"]["url"],
                                 f"{service['metadata']['name']}.{kustomization(FOLDER)['namespace']}.svc:{service['spec']['ports'][0]['port']}")
        # The exporter lets it in beside Prometheus, which is in the namespace that the base names.
        exporter = find(parts, "NetworkPolicy", "litellm-exporter-probes")["spec"]
        pod = find(resources(), "Deployment")["spec"]["template"]
        self.assertLessEqual(exporter["podSelector"]["matchLabels"].items(), pod["metadata"]["labels"].items())
        self.assertLessEqual(exporter["ingress"][0]["from"][0]["podSelector"]["matchLabels"].items(), labels.items())
        own = find(parts, "NetworkPolicy", "litellm-blackbox-exporter")["spec"]
        self.assertLessEqual(own["podSelector"]["matchLabels"].items(), labels.items())
        self.assertEqual(own["ingress"][0]["from"], find(resources(), "NetworkPolicy")["spec"]["ingress"][0]["from"])
        # The same release as in the stack.
        image = kustomization(COMPONENTS[0])["images"][0]
        self.assertIn(f"image: prom/blackbox-exporter:{image['newTag']}\n",
                      (ROOT / "compose/docker-compose.observability.yml").read_text(encoding="utf-8"))

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

    def test_the_probes_are_the_jobs_of_prometheus(self):
        """Of each its name, which the rules select by, its module, and what is asked of an address."""
        def asked(rules, address, source, target):
            labels = {source: address}
            for rule in rules:
                if match := re.fullmatch(rule.get("regex", "(.*)"), labels[rule["from"][0]]):
                    labels[rule["to"]] = re.sub(r"[$]1", match[1], rule.get("replacement", "$1"))
            return {name: labels.get(name) for name in ("proxy", "instance", target)}
        jobs = {}
        for job in load(ROOT / "compose/prometheus/prometheus.yml")["scrape_configs"]:
            if job.get("metrics_path") == "/probe":
                rules = [{**rule, "from": rule["source_labels"], "to": rule["target_label"]}
                         for rule in job["relabel_configs"] if "source_labels" in rule]
                address = "litellm-exporter:19400" if job["job_name"] == "exporter-blackbox" else "https://llm.example.org/"
                jobs[job["job_name"]] = (job["params"]["module"], address, asked(rules, address, "__address__", "__param_target"))
        modules = load(ROOT / "compose/blackbox/blackbox.yml")["modules"]
        probes = {}
        for _, probe in components():
            if probe["kind"] == "Probe":
                spec = probe["spec"]
                self.assertIn(spec["module"], modules)
                address = jobs[spec["jobName"]][1]
                rules = [{**rule, "from": rule["sourceLabels"], "to": rule["targetLabel"]}
                         for rule in spec["targets"]["staticConfig"]["relabelingConfigs"]]
                # The operator's own come first: the address is the target, and the target the instance.
                found = asked([{"from": ["__param_target"], "to": "instance"}, *rules], address, "__param_target", "__param_target")
                probes[spec["jobName"]] = ([spec["module"]], address, found)
        self.assertEqual(probes, jobs)

    def test_an_alert_goes_the_same_way_as_elsewhere(self):
        """The table of the rules' tests, and the real amtool."""
        config = find(components(), "AlertmanagerConfig")["spec"]
        here = {alert["labels"]["category"] for group in find(resources(), "PrometheusRule")["spec"]["groups"]
                for alert in group["rules"] if "alert" in alert}
        self.assertEqual(set(config["route"]["matchers"][0]["value"].split("|")), here)
        receivers = [{"name": each["name"]} for each in config["receivers"]]
        self.assertEqual({each["receiver"] for each in walk(config["route"])}, {each["name"] for each in receivers})
        with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
            json.dump({"route": {"receiver": "others", "routes": [as_alertmanager_reads_it(config["route"])]},
                       "receivers": [*receivers, {"name": "others"}]}, file)
            file.flush()
            for line in (ROOT / "tests/rules/routes.txt").read_text(encoding="utf-8").splitlines():
                if line.startswith("#"):
                    continue
                labels, receiver = line.split(" -> ")
                if re.search("category=(.*?)( |$)", labels)[1] not in here:
                    receiver = "others"
                done = subprocess.run(["amtool", "config", "routes", "test", f"--config.file={file.name}",
                                       f"--verify.receivers={receiver}", *labels.split()],
                                      capture_output=True, text=True, timeout=3600, check=False)
                self.assertEqual(done.returncode, 0, f"{line}: {done.stdout}{done.stderr}")

    def test_what_is_silenced_is_silenced_here_too(self):
        theirs = load(ROOT / "compose/alertmanager/alertmanager.yml")
        config = find(components(), "AlertmanagerConfig")["spec"]
        here = [{"source_matchers": words(rule["sourceMatch"]), "target_matchers": words(rule["targetMatch"]), "equal": rule["equal"]}
                for rule in config["inhibitRules"]]
        left_out = [rule for rule in theirs["inhibit_rules"] if rule not in here]
        self.assertEqual([rule for rule in theirs["inhibit_rules"] if rule in here], here)
        # Nothing but alerts of hosts, containers and Prometheus itself, which are not here.
        for rule in left_out:
            self.assertRegex(str(rule["source_matchers"] + rule["target_matchers"]), r'alertname=~?"(Host|Containers?|TargetDown)')
        # Each matters for who is woken at night.
        muted = {name for each in walk(config["route"]) for name in each.get("muteTimeIntervals", [])}
        self.assertEqual(muted, {each["name"] for each in config["muteTimeIntervals"]})

    def test_secrets_are_only_referred_to(self):
        config = find(components(), "AlertmanagerConfig")
        self.assertNotRegex(yaml.safe_dump(config), "(?i)https?://|password|sk-|bearer")
        named = re.findall(r"--from-literal=(\w+)=", (FOLDER / "alertmanager/kustomization.yaml").read_text(encoding="utf-8"))
        used = {"token"} | {each["name"] for each in config["spec"]["receivers"] if "webhookConfigs" in each}
        self.assertEqual(sorted(named), sorted(used))

    def build(self, folder):
        """The manifests of an overlay, made by kustomize, or by the one in kubectl."""
        command = [os.environ["KUSTOMIZE"], "build"] if "KUSTOMIZE" in os.environ else ["kubectl", "kustomize"]
        if not shutil.which(command[0]):
            self.skipTest("no kubectl")
        done = subprocess.run([*command, folder], capture_output=True, text=True, timeout=3600, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return list(yaml.safe_load_all(done.stdout))

    def test_the_overlay_that_is_shown_leaves_nothing_behind(self):
        """Another namespace, image, proxies and Prometheus, and what the components are told."""
        made = self.build(EXAMPLE)
        self.assertEqual({manifest["metadata"]["namespace"] for manifest in made}, {"ai"})
        self.assertEqual({manifest["metadata"]["labels"].get("release") for manifest in made}, {"kube-prometheus-stack"})
        own = [manifest for manifest in made if not manifest["metadata"]["name"].startswith("dashboard-")]
        text = yaml.safe_dump_all(own)
        left = r"(?m)http://litellm:|namespace: litellm\b|\.litellm\.svc|: monitoring$|image: litellm|name: links\b"
        self.assertEqual(re.findall(left, text), [])
        self.assertEqual(text.count("metadata.name: observability"), 2)
        urls = load(EXAMPLE / "litellm-exporter.yml")["litellm"]["urls"]
        for manifest in own:
            if manifest["kind"] == "Probe":
                self.assertEqual(manifest["spec"]["prober"]["url"], "litellm-blackbox-exporter.ai.svc:9115")
                if manifest["metadata"]["name"] in {"litellm-blackbox-liveness", "litellm-blackbox-readiness"}:
                    self.assertEqual(manifest["spec"]["targets"]["staticConfig"]["static"], urls)
        names = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in made}
        self.assertEqual(len(names), len(made))
        # Pods mount what is there.
        for manifest in made:
            if manifest["kind"] == "Deployment":
                for volume in manifest["spec"]["template"]["spec"]["volumes"]:
                    if "configMap" in volume:
                        self.assertIn(("ConfigMap", volume["configMap"]["name"]), names)

    def test_links_come_from_the_overlay_or_from_prometheus(self):
        """As the real Prometheus expands them: an external label wins, and without either there is no link."""
        with_links = find(enumerate(self.build(EXAMPLE)), "PrometheusRule")["spec"]["groups"]
        without = find(resources(), "PrometheusRule")["spec"]["groups"]
        theirs = {"runbooks": "https://label.example.org"}
        for groups, external, url, dashboards in (
                (with_links, {}, "https://llm-exporter.example.org/runbooks/X", "https://grafana.example.org"),
                (with_links, theirs, "https://label.example.org/X", "https://grafana.example.org"),
                (without, theirs, "https://label.example.org/X", None), (without, {}, "", None)):
            alerts = [rule for group in groups for rule in group["rules"] if "alert" in rule]
            self.assertGreater(len(alerts), 50)
            patterns = {rule["annotations"]["runbook_url"].replace("/" + rule["alert"], "/X") for rule in alerts}
            labels = {rule["labels"]["dashboards"] for rule in alerts}
            self.assertEqual((len(patterns), len(labels)), (1, 1))
            self.expands({"alert": "X", "expr": "vector(1)", "labels": {"dashboards": labels.pop()},
                          "annotations": {"runbook_url": patterns.pop()}}, external,
                         {"exp_labels": {"dashboards": dashboards} if dashboards else {},
                          "exp_annotations": {"runbook_url": url}})

    def expands(self, rule, external, expected):
        with tempfile.TemporaryDirectory(prefix="litellm-exporter-") as directory:
            rules, test = Path(directory) / "rules.yml", Path(directory) / "test.yml"
            rules.write_text(json.dumps({"groups": [{"name": "links", "rules": [rule]}]}), encoding="utf-8")
            test.write_text(json.dumps({"rule_files": ["rules.yml"], "tests": [
                {"external_labels": external, "alert_rule_test": [
                    {"eval_time": "1m", "alertname": "X", "exp_alerts": [expected]}]}]}), encoding="utf-8")
            done = subprocess.run(["promtool", "test", "rules", test], capture_output=True, text=True, timeout=3600, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_rules_elsewhere_are_given_the_address_as_the_manual_says(self):
        command = re.search(r"```sh\n(sed .*?)```", (ROOT / "compose/operations.md").read_text(encoding="utf-8"), re.S)[1]
        with tempfile.TemporaryDirectory(prefix="litellm-exporter-") as directory:
            shutil.copytree(ROOT / "rules", Path(directory) / "rules")
            subprocess.run(["sh", "-euc", command], cwd=directory, check=True, timeout=3600)
            for path in sorted((Path(directory) / "rules/alerts").glob("*.yml")):
                for rule in (rule for group in load(path)["groups"] for rule in group["rules"] if "alert" in rule):
                    self.assertEqual(rule["annotations"]["runbook_url"], f"https://exporter.example.org/runbooks/{rule['alert']}")
                    self.assertEqual(rule["labels"]["dashboards"], "https://grafana.example.org")

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

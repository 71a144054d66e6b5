# SPDX-License-Identifier: Apache-2.0
"""The compose stack without an engine: variables, mounts, ports, pins, limits, secrets; and its scripts, run for real."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[2] / "compose"))

from demo.ports import free_port  # noqa: E402
from demo.process import Process, patient, wait_until  # noqa: E402
from demo.web import request  # noqa: E402
from demo.webhook import WebhookReceiver  # noqa: E402

COMPOSE = Path(__file__).parents[2] / "compose"
FILES = ("docker-compose.core.yml", "docker-compose.observability.yml")
VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?:(:[?-])([^}]*))?\})")
# What the host has, not the repository.
OF_THE_HOST = {"/", "/sys", "/var/run", "/var/lib/docker"}


class MissingVariableError(Exception):
    pass


def resolve(value, environment):
    """As docker compose does it, for the forms that the files use."""
    def substitute(match):
        dollar, name, operator, word = match.groups()
        if dollar:
            return "$"
        if environment.get(name):
            return environment[name]
        if operator == ":-":
            return word
        raise MissingVariableError(f"{name}: {word}")
    if isinstance(value, dict):
        return {key: resolve(item, environment) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, environment) for item in value]
    return VARIABLE.sub(substitute, value) if isinstance(value, str) else value


def settings(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def stack(environment):
    whole = {"services": {}, "networks": {}, "volumes": {}, "secrets": {}}
    for name in FILES:
        document = resolve(yaml.safe_load((COMPOSE / name).read_text(encoding="utf-8")), environment)
        for section, entries in whole.items():
            entries.update(document.get(section) or {})
    return whole


class ComposeFiles(unittest.TestCase):
    def setUp(self):
        self.stack = stack(settings(COMPOSE / "env.example"))
        self.services = self.stack["services"]

    def test_nothing_starts_without_settings_and_it_says_why(self):
        with self.assertRaisesRegex(MissingVariableError, "SECRETS_DIRECTORY: copy env.example to .env"):
            stack({})

    def test_the_watchers_can_stand_beside_another_compose_file(self):
        """It names no project, declares what it uses, and its paths follow the directory that it is in."""
        document = yaml.safe_load((COMPOSE / FILES[1]).read_text(encoding="utf-8"))
        self.assertNotIn("name", document)
        for section in ("networks", "secrets"):
            used = {name for service in document["services"].values() for name in service.get(section, [])}
            self.assertEqual(used, set(document[section]))
        for name, service in document["services"].items():
            self.assertLessEqual(set(service.get("depends_on", {})), {*document["services"], "litellm", "postgres"}, name)
        moved = resolve(document, {"SECRETS_DIRECTORY": "/secrets", "STACK_DIRECTORY": "/opt/stack", "TEXTFILE_DIRECTORY": "/x"})
        paths = [volume.split(":")[0] for service in moved["services"].values() for volume in service.get("volumes", [])]
        self.assertEqual([path for path in paths if path.startswith(".")], [])
        self.assertTrue(moved["services"]["litellm-exporter"]["build"]["context"].startswith("/opt/stack"))

    def test_every_variable_is_in_the_example(self):
        used = {match[1] for name in FILES for match in VARIABLE.findall((COMPOSE / name).read_text(encoding="utf-8"))}
        known = set(re.findall(r"(?m)^#?([A-Z_]+)=", (COMPOSE / "env.example").read_text(encoding="utf-8")))
        self.assertEqual(used - {""}, known - {"COMPOSE_FILE"})
        defaults = dict(re.findall(r"(?m)^#([A-Z_]+)=(.*)$", (COMPOSE / "env.example").read_text(encoding="utf-8")))
        for name in FILES:
            for _, variable, operator, word in VARIABLE.findall((COMPOSE / name).read_text(encoding="utf-8")):
                if operator == ":-":
                    self.assertEqual(defaults[variable], word, variable)

    def test_the_services_and_ports_that_operators_know(self):
        published = {name: service["ports"] for name, service in self.services.items() if "ports" in service}
        self.assertEqual(published, {
            "litellm": ["127.0.0.1:24157:24157"], "litellm-exporter": ["127.0.0.1:19400:19400"],
            "prometheus": ["127.0.0.1:9090:9090"], "alertmanager": ["127.0.0.1:9093:9093"],
            "grafana": ["127.0.0.1:3000:3000"], "blackbox-exporter": ["127.0.0.1:9115:9115"]})
        self.assertLessEqual({"postgres", "redis", "node-exporter", "cadvisor", "postgres-exporter", "redis-exporter"},
                             set(self.services))
        self.assertFalse(any(service.get("network_mode") for service in self.services.values()))

    def test_each_service_is_pinned_limited_watched_and_confined(self):
        for name, service in self.services.items():
            with self.subTest(name):
                tag = service["image"].rpartition(":")[2]
                self.assertRegex(tag, r"\d+\.\d+")
                self.assertNotIn("latest", tag)
                self.assertEqual(service["restart"], "unless-stopped")
                self.assertTrue(service["mem_limit"])
                self.assertEqual(service["cap_drop"], ["ALL"])
                self.assertIn("no-new-privileges:true", service["security_opt"])
                self.assertNotIn("privileged", service)
                self.assertEqual(set(service["logging"]["options"]), {"max-size", "max-file"})
                self.assertIn("test", service["healthcheck"])
                if name != "litellm":
                    self.assertTrue(service["read_only"])

    def test_whom_a_service_waits_for_exists_and_can_say_so(self):
        for name, service in self.services.items():
            for other, how in (service.get("depends_on") or {}).items():
                with self.subTest(f"{name} waits for {other}"):
                    target = self.services[other]
                    self.assertIn("condition", how)
                    if how["condition"] == "service_healthy":
                        self.assertIn("healthcheck", target)
                    # Or nothing would ever come of it.
                    self.assertTrue(set(service["networks"]) & set(target["networks"]))

    def test_mounts_and_names_exist(self):
        for name, service in self.services.items():
            for volume in service.get("volumes", []):
                source = volume.split(":")[0]
                with self.subTest(f"{name}: {volume}"):
                    if source.startswith("."):
                        self.assertTrue((COMPOSE / source).exists())
                    elif source.startswith("/"):
                        self.assertIn(source, OF_THE_HOST)
                    else:
                        self.assertIn(source, self.stack["volumes"])
            self.assertLessEqual(set(service["networks"]), set(self.stack["networks"]), name)
            self.assertLessEqual(set(service.get("secrets", [])), set(self.stack["secrets"]), name)
        used = {secret for service in self.services.values() for secret in service.get("secrets", [])}
        self.assertEqual(used, set(self.stack["secrets"]))

    def test_no_secret_stands_in_a_file(self):
        for name, service in self.services.items():
            for variable, value in service.get("environment", {}).items():
                if re.search("PASS|SECRET|TOKEN|KEY", variable):
                    self.assertTrue(value.startswith("/run/secrets/"), f"{name}: {variable}={value}")
        for path in COMPOSE.rglob("*"):
            if path.is_file() and path.suffix in (".yml", ".yaml", ".example"):
                self.assertNotRegex(path.read_text(encoding="utf-8"), r"sk-[0-9a-zA-Z]{8}|://\w+:\w+@", path.name)

    def test_what_prometheus_and_grafana_ask_for_is_there(self):
        asked = set()
        config = yaml.safe_load((COMPOSE / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
        for static in [static for job in config["scrape_configs"] for static in job.get("static_configs", [])] \
                + config["alerting"]["alertmanagers"][0]["static_configs"]:
            asked |= set(static["targets"])
        for path in (COMPOSE / "prometheus" / "targets").glob("*.yml"):
            for group in yaml.safe_load(path.read_text(encoding="utf-8")):
                asked |= {target.removeprefix("http://") for target in group["targets"]}
        asked |= {relabel["replacement"] for job in config["scrape_configs"] for relabel in job.get("relabel_configs", [])
                  if relabel.get("target_label") == "__address__"}
        provisioned = yaml.safe_load((COMPOSE / "grafana/provisioning/datasources/prometheus.yml").read_text(encoding="utf-8"))
        asked |= {source["url"].removeprefix("http://") for source in provisioned["datasources"]}
        for address in asked:
            with self.subTest(address):
                host, port = address.split(":")
                health = json.dumps(self.services[host].get("healthcheck", {})) + json.dumps(self.services[host].get("ports", []))
                if host != "litellm-exporter":
                    self.assertIn(f":{port}", health)
        folder = yaml.safe_load((COMPOSE / "grafana/provisioning/dashboards/litellm.yml").read_text(encoding="utf-8"))
        mounts = {volume.split(":")[1] for volume in self.services["grafana"]["volumes"]}
        self.assertIn(folder["providers"][0]["options"]["path"], mounts)

    def test_a_path_in_an_address_is_for_links_alone(self):
        """Health checks, Grafana and the delivery of alerts ask at the root."""
        services = stack({**settings(COMPOSE / "env.example"), "PROMETHEUS_URL": "https://ops.example.org/prometheus",
                          "ALERTMANAGER_URL": "https://ops.example.org/alertmanager"})["services"]
        directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name, file in (("prometheus", "global: {}"), ("alertmanager", "{route: {receiver: x}, receivers: [{name: x}]}")):
            config, port = directory / f"{name}.yml", free_port()
            config.write_text(file, encoding="utf-8")
            flags = [flag for flag in services[name]["command"] if flag.startswith(("--web.external", "--web.route", "--cluster"))]
            data = "--storage.tsdb.path" if name == "prometheus" else "--storage.path"
            process = Process.start([shutil.which(name) or shutil.which(f"prometheus-{name}"), f"--config.file={config}",
                                     f"{data}={directory}/{name}", f"--web.listen-address=127.0.0.1:{port}", *flags],
                                    directory / f"{name}.log")
            self.addCleanup(process.stop)
            wait_until(lambda port=port: request(f"http://127.0.0.1:{port}/-/healthy")[0] == 200, 30, f"{name} is healthy")

    def mount(self, inside):
        """What the container of Prometheus sees in /etc/prometheus."""
        for volume in self.services["prometheus"]["volumes"]:
            source, target = volume.split(":")[:2]
            if source.startswith("."):
                place = inside / Path(target).relative_to("/etc/prometheus")
                place.parent.mkdir(parents=True, exist_ok=True)
                copy = shutil.copytree if (COMPOSE / source).is_dir() else shutil.copy
                copy(COMPOSE / source, place)

    def test_links_lead_where_the_settings_say(self):
        address, graphs = "https://ops.example.org/runbooks", "https://ops.example.org/prometheus"
        default, grafana = settings(COMPOSE / "env.example"), "https://ops.example.org/grafana"
        told = []
        given = {**default, "RUNBOOKS_URL": address, "PROMETHEUS_URL": graphs, "GRAFANA_URL": grafana + "/"}
        for name, variables, runbook, dashboards in (
                # Nobody who is elsewhere is sent to 127.0.0.1.
                ("default", default, "", None),
                ("given", given, address + "/Watchdog", grafana),
                # Run by hand, without the variables, and without the flag that makes Prometheus 2 look for them.
                ("none", None, "", None), ("unexpanded", None, "${RUNBOOKS_URL}/Watchdog", None)):
            service = stack(variables or given)["services"]["prometheus"]
            directory, port = Path(self.enterContext(tempfile.TemporaryDirectory())), free_port()
            self.mount(directory)
            receiver = WebhookReceiver()
            receiver.start()
            self.addCleanup(receiver.stop)
            config = yaml.safe_load((directory / "prometheus.yml").read_text(encoding="utf-8"))
            config["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [receiver.address]}],
                                                    "authorization": {"credentials": receiver.token}}]
            (directory / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
            flags = [flag for flag in service["command"] if flag.startswith(("--web.external", "--web.route", "--enable"))
                     and not (name == "unexpanded" and flag.startswith("--enable"))]
            environment = {"PATH": os.environ["PATH"], **(service["environment"] if variables else {})}
            process = Process.start(["prometheus", f"--config.file={directory}/prometheus.yml", *flags,
                                     f"--storage.tsdb.path={directory}/data", f"--web.listen-address=127.0.0.1:{port}"],
                                    directory / "log", env=environment)
            self.addCleanup(process.stop)
            told.append((name, receiver, runbook, dashboards))
        for name, receiver, runbook, dashboards in told:
            def watchdog(receiver=receiver):
                return [alert for _, sent in receiver.pages for alert in sent if alert["labels"]["alertname"] == "Watchdog"]
            with self.subTest(name):
                wait_until(watchdog, 60, "the first evaluation")
                alert = watchdog()[0]
                self.assertEqual(alert["annotations"].get("runbook_url", ""), runbook)
                self.assertEqual(alert["labels"].get("dashboards"), dashboards)
                self.assertNotIn("runbooks", alert["labels"])

    def test_no_other_address_stands_in_rules_and_dashboards(self):
        """They are read where 127.0.0.1 is another machine."""
        root = COMPOSE.parent
        for path in [*root.glob("rules/*/*.yml"), root / "rules/prometheusrule.yaml", *root.glob("dashboards/*.json"),
                     *root.glob("compose/kubernetes/*.y*ml"), *root.glob("compose/alertmanager/templates/*")]:
            self.assertNotRegex(path.read_text(encoding="utf-8"), r"127\.0\.0\.1|localhost|https?://[^\s\"]*:(9090|9093|3000|19400)", path.name)

    def test_the_configuration_as_prometheus_sees_it(self):
        with tempfile.TemporaryDirectory() as directory:
            inside = Path(directory)
            self.mount(inside)
            done = subprocess.run(["promtool", "check", "config", inside / "prometheus.yml"], capture_output=True,
                                  text=True, timeout=patient(60), check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertGreater(len(re.findall("SUCCESS: [1-9][0-9]* rules found", done.stdout)), 10, done.stdout)


class Scripts(unittest.TestCase):
    def setUp(self):
        self._scratch = tempfile.TemporaryDirectory(prefix="litellm-exporter-")
        self.addCleanup(self._scratch.cleanup)
        self.directory = Path(self._scratch.name)
        self.secrets = self.directory / "secrets"

    def generate(self):
        return subprocess.run([COMPOSE / "secrets" / "generate", self.secrets], capture_output=True, text=True,
                              timeout=patient(60), check=True).stdout

    def script(self, name, **places):
        """A copy whose /run/secrets and other places of the container are here."""
        text = (COMPOSE / name).read_text(encoding="utf-8").replace("/run/secrets", str(self.secrets))
        for old, new in places.items():
            text = text.replace(old, str(new))
        copy = self.directory / Path(name).name
        copy.write_text(text, encoding="utf-8")
        return copy

    def run_script(self, path, **environment):
        return subprocess.run(["sh", path], capture_output=True, text=True, timeout=patient(60), check=False, cwd=self.directory,
                              env={"PATH": f"{self.directory}/bin:" + os.environ["PATH"], **environment})

    def program(self, name, text):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
        path.chmod(0o755)

    def test_the_secrets(self):
        self.generate()
        wanted = set(stack(settings(COMPOSE / "env.example"))["secrets"])
        made = {path.name: path.read_text(encoding="utf-8").strip() for path in self.secrets.iterdir()}
        self.assertEqual(set(made), wanted)
        self.assertEqual(stat.S_IMODE(self.secrets.stat().st_mode), 0o700)
        filled = {name: text for name, text in made.items() if text}
        self.assertEqual(set(made) - set(filled), {"smtp_password", "litellm_providers"})
        self.assertEqual(len(set(filled.values())), len(filled))
        self.assertTrue(all(len(text) >= 40 for text in filled.values()))
        self.assertEqual(json.loads(made["redis_exporter_passwords"]), {"redis://redis:6379": made["redis_password"]})
        self.assertEqual(self.generate().count("made"), 1, "only what is made of another")
        self.assertEqual({path.name: path.read_text(encoding="utf-8").strip() for path in self.secrets.iterdir()}, made)

    def test_no_secret_is_made_without_a_source_of_chance(self):
        self.program("empty/bash", 'exec /bin/bash "$@"\n')
        for name in ("chmod", "mkdir", "dirname", "mv"):
            os.symlink(shutil.which(name), self.directory / "empty" / name)
        done = subprocess.run(["/bin/bash", COMPOSE / "secrets" / "generate", self.secrets], capture_output=True, text=True,
                              timeout=patient(60), check=False, env={"PATH": str(self.directory / "empty")})
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("needs openssl", done.stderr)
        self.assertEqual(list(self.secrets.iterdir()), [])
        # One that is empty is no secret, and is made.
        (self.secrets / "grafana_admin_password").write_text("\n", encoding="utf-8")
        (self.secrets / "grafana_admin_password").write_text("", encoding="utf-8")
        self.generate()
        self.assertGreater((self.secrets / "grafana_admin_password").stat().st_size, 40)

    def test_git_would_not_take_a_secret(self):
        for name in ("compose/secrets/postgres_password", "compose/.env"):
            done = subprocess.run(["git", "check-ignore", "--no-index", name], cwd=COMPOSE.parent, capture_output=True,
                                  timeout=patient(60), check=False)
            self.assertEqual(done.returncode, 0, name)

    def test_litellm_gets_its_secrets_from_files(self):
        self.generate()
        (self.secrets / "litellm_providers").write_text("OPENAI_API_KEY=abc\n", encoding="utf-8")
        self.program("docker/prod_entrypoint.sh", "env\n")
        done = self.run_script(self.script("config/litellm-start"))
        seen = dict(line.split("=", 1) for line in done.stdout.splitlines())
        secret = {path.name: path.read_text(encoding="utf-8").strip() for path in self.secrets.iterdir()}
        self.assertEqual(seen["LITELLM_MASTER_KEY"], secret["litellm_master_key"])
        self.assertEqual(seen["LITELLM_SALT_KEY"], secret["litellm_salt_key"])
        self.assertEqual(seen["REDIS_PASSWORD"], secret["redis_password"])
        self.assertEqual(seen["DATABASE_URL"],
                         f"postgresql://litellm_user:{secret['postgres_password']}@postgres:5432/litellm_db")
        self.assertEqual(seen["OPENAI_API_KEY"], "abc")

    def test_an_empty_secret_stops_the_start(self):
        self.generate()
        self.program("docker/prod_entrypoint.sh", "echo started\n")
        self.program("bin/redis-server", "echo started\n")
        for script, secret in (("config/litellm-start", "litellm_master_key"), ("config/litellm-start", "postgres_password"),
                               ("config/redis-start", "redis_password")):
            with self.subTest(secret):
                kept = (self.secrets / secret).read_text(encoding="utf-8")
                (self.secrets / secret).write_text("", encoding="utf-8")
                done = self.run_script(self.script(script))
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(f"secret {secret} is empty: run secrets/generate", done.stderr)
                self.assertNotIn("started", done.stdout)
                (self.secrets / secret).write_text(kept, encoding="utf-8")

    def test_redis_is_told_its_password_by_standard_input(self):
        self.generate()
        self.program("bin/redis-server", 'echo "arguments: $*"; cat\n')
        done = self.run_script(self.script("config/redis-start"))
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0], "arguments: -")
        self.assertIn("requirepass " + (self.secrets / "redis_password").read_text(encoding="utf-8").strip(), lines)


if __name__ == "__main__":
    unittest.main(verbosity=2)

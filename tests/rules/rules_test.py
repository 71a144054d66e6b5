# SPDX-License-Identifier: Apache-2.0
"""The alert pack as a whole: what each alert must have, and that the tools of Debian 12 accept it."""

import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from multiprocessing.pool import ThreadPool
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from metric_names import known_names, names_in  # noqa: E402

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
COMPOSE = ROOT / "compose"
TESTS = Path(__file__).parent

sys.path.insert(0, str(COMPOSE))

from demo.alertmanager import Alertmanager as Server  # noqa: E402
from demo.process import patient, wait_until  # noqa: E402
from demo.web import request  # noqa: E402

SEVERITIES = {"critical", "warning", "info", "none"}
CATEGORIES = {"availability", "slo", "errors", "latency", "budget", "keys", "pipeline", "exporter", "probe",
              "host", "container", "database", "redis", "monitoring"}
RECORDED = re.compile(r"[a-z_]+:[a-z0-9_]+:[a-z0-9_]+")
# The one name without levels: what everybody's histogram_quantile asks for.
CLASSIC = "litellm_request_duration_seconds"
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def rules(kind):
    for path in sorted(RULES.glob("*/*.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            for rule in group["rules"]:
                if kind in rule:
                    yield path, rule


def alerts():
    return [rule for _, rule in rules("alert")]


def run(*argv, cwd=None):
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, timeout=patient(1200))
    return done.returncode, done.stdout + done.stderr


class Rules(unittest.TestCase):
    def test_promtool_accepts_the_rules(self):
        code, output = run("promtool", "check", "rules", "--lint=all", "--lint-fatal",
                           *map(str, sorted(RULES.glob("*/*.yml"))))
        self.assertEqual(code, 0, output)

    def test_groups_are_as_small_as_hosted_engines_want_them(self):
        """Mimir and Grafana Cloud take 20 rules in a group, and every name of a group once."""
        names = []
        files = [*(path.read_text(encoding="utf-8") for path in sorted(RULES.glob("*/*.yml")))]
        made = yaml.safe_load((RULES / "prometheusrule.yaml").read_text(encoding="utf-8"))["spec"]
        for document in [*map(yaml.safe_load, files), made]:
            for group in document["groups"]:
                self.assertLessEqual(len(group["rules"]), 20, group["name"])
                names += [group["name"]] if document is not made else []
        self.assertEqual(sorted(names), sorted(set(names)))

    def test_recorded_names_have_a_level_and_operations(self):
        for path, rule in rules("record"):
            if rule["record"] != CLASSIC:
                self.assertRegex(rule["record"], RECORDED, path.name)

    def test_each_alert_says_who_should_do_what(self):
        self.assertGreaterEqual(len({rule["alert"] for rule in alerts()}), 45)
        for rule in alerts():
            with self.subTest(rule["alert"]):
                self.assertIn(rule["labels"]["severity"], SEVERITIES)
                self.assertIn(rule["labels"]["category"], CATEGORIES)
                self.assertRegex(rule["annotations"]["summary"], r"^[A-Z].*\.$")
                self.assertRegex(rule["annotations"]["description"], r"(?s)^.*\.(\{\{ end \}\})?$")
                self.assertEqual(rule["annotations"]["runbook_url"],
                                 "{{ with $externalLabels.runbooks }}{{ . }}/" + rule["alert"] + "{{ end }}")

    def test_a_prediction_has_a_level_beside_it(self):
        for rule in alerts():
            if "predict_linear" in rule["expr"]:
                self.assertRegex(rule["expr"], r"\n\s*and\n", rule["alert"])

    def test_clusters_are_kept_apart(self):
        """What is matched on some labels, or summed by some, keeps the one that tells deployments apart."""
        for kind in ("record", "alert"):
            for _, rule in rules(kind):
                for labels in re.findall(r"\b(?:on|by) ?\(([^)]+)\)", rule["expr"]):
                    self.assertIn("cluster", re.split(r",\s*", labels), rule[kind])

    def test_each_alert_has_a_runbook(self):
        pages = {path.stem for path in (RULES / "runbooks").glob("*.md")}
        self.assertEqual(pages, {rule["alert"] for rule in alerts()})
        for path in (RULES / "runbooks").glob("*.md"):
            text = path.read_text(encoding="utf-8")
            self.assertTrue(text.startswith(f"# {path.stem}\n"), path.name)
            for heading in ("## What to look at", "## What to do"):
                self.assertIn(heading, text, path.name)
            for link in re.findall(r"\]\((\w+)\)", text):
                self.assertIn(link, pages, path.name)

    def test_every_metric_exists(self):
        known = known_names()
        for kind in ("record", "alert"):
            for _, rule in rules(kind):
                self.assertEqual(names_in(rule["expr"]) - known, set(), rule[kind])

    def test_runbooks_ask_for_metrics_that_exist(self):
        known = known_names()
        for path in (RULES / "runbooks").glob("*.md"):
            for block in re.findall(r"(?s)```promql\n(.*?)```", path.read_text(encoding="utf-8")):
                ours = {name for name in names_in(re.sub(r"#.*", "", block))
                        if name.startswith("litellm_") or ":" in name}
                self.assertEqual(ours - known, set(), path.name)

    def test_the_commands_of_runbooks_work_in_the_stack(self):
        services = {}
        for path in COMPOSE.glob("docker-compose.*.yml"):
            services |= yaml.safe_load(path.read_text(encoding="utf-8"))["services"]
        published = {port.rpartition(":")[2] for service in services.values() for port in service.get("ports", [])}
        for path in (RULES / "runbooks").glob("*.md"):
            for block in re.findall(r"(?s)```sh\n(.*?)```", path.read_text(encoding="utf-8")):
                with self.subTest(path.name):
                    self.check_commands(block, set(services), published)

    def check_commands(self, block, services, published):
        lines = block.replace("\\\n", "").splitlines()
        there = False
        for line in lines:
            there = there or "/opt/litellm-server" in line or "$dump" in line
            if "docker compose" in line:
                self.assertTrue(there, f"{line}: in which directory?")
            self.assertNotRegex(line, r"docker compose -f", "COMPOSE_FILE in .env names the files")
            self.assertNotRegex(line, r"^(promtool|amtool|litellm-exporter) ", "only its container has it")
            if "redis-cli" in line:
                self.assertIn("REDISCLI_AUTH=$(cat /run/secrets/redis_password)", line)
            for name in re.findall(r"docker compose (?:exec -T|top|images|ps -a?q) ([a-z-]+)", line):
                self.assertIn(name, services, line)
            if "docker compose exec" not in line:
                self.assertLessEqual(set(re.findall(r"127\.0\.0\.1:(\d+)", line)), published, line)
            if ".prom" in line:
                self.assertRegex(line, r"\b(textfile/litellm_backup\.prom|\$(prom|f)\b)")


class Faults(unittest.TestCase):
    """What is a fault and what is the client's own is the same in every window."""

    # Of the codes that a provider may answer with: whose are not the caller's.
    THEIRS = {401, 402, 403, 407, 408, 421, 424, 425, 429, 495, 496, 497, 498}
    # What LiteLLM itself answers to a bad key or above a limit.
    OURS = {401, 402, 403, 429}
    # job: provider, class, code, whether it is a fault
    CLASSES = {
        "hung-up": ("openai", "ClientDisconnected", "500", False),
        "hung-up-early": ("unknown", "ClientDisconnect", "unknown", False),
        "cancelled": ("openai", "CancelledError", "unknown", False),
        "no-code": ("unknown", "BudgetExceededError", "unknown", False),
        "no-code-key": ("unknown", "ProxyException", "unknown", False),
        "word-for-code": ("openai", "BadRequestError", "unknown", False),
        "limit-of-the-key": ("openai", "ProxyRateLimitError", "429", False),
        "proxy-broken": ("unknown", "ProxyException", "500", True),
        "no-deployment-left": ("unknown", "RouterRateLimitError", "429", True),
        "nothing-known": ("openai", "unknown", "unknown", True),
        "read-timeout": ("openai", "ReadTimeout", "unknown", True),
        "own-key-refused": ("openai", "AuthenticationError", "unknown", True),
    }

    def client_errors(self):
        return {rule["record"].rpartition(":")[2]: rule["expr"] for _, rule in rules("record")
                if ":litellm_client_errors:" in rule["record"]}

    def faults(self):
        return {rule["record"]: rule["expr"] for _, rule in rules("record")
                if re.search(r":litellm_faults:(rate|increase)", rule["record"])}

    def test_every_window_says_the_same(self):
        texts = set()
        for name, expr in self.client_errors().items():
            function, window = re.fullmatch(r"(rate|increase)(\w+)", name).groups()
            inner = re.fullmatch(r"(?s)sum without \([^)]*\) \((.*)\)", expr).group(1)
            texts.add(inner.replace(f"{function}(", "F(").replace(f"[{window}]", "[W]"))
        self.assertEqual(len(texts), 1, texts)
        self.assertEqual({name.rpartition(":")[2] for name in self.faults()}, set(self.client_errors()))

    def test_every_fault_stands_on_it(self):
        for name, expr in self.faults().items():
            level, _, operation = name.rpartition(":litellm_faults:")
            known = f":litellm_(client_errors|faults):{operation}"
            self.assertRegex(expr, known, name)
            self.assertNotRegex(expr, "litellm_errors", name)
        # Who else asks for codes of the 4xx asks for single ones.
        for kind in ("record", "alert"):
            for _, rule in rules(kind):
                if ":litellm_client_errors:" not in rule.get("record", ""):
                    self.assertNotRegex(rule["expr"], r'status_code[!=]~"[^"]*(4\.|4\[|400|422)', rule[kind])

    def test_every_code_in_every_window(self):
        jobs = {}
        for code in range(400, 500):
            jobs[f"named-{code}"] = ("openai", "APIError", code, code in self.THEIRS)
            jobs[f"unnamed-{code}"] = ("unknown", "APIError", code, code in self.THEIRS - self.OURS)
        for code in (500, 502, 503, 504, 522, 529, "unknown"):
            jobs[f"named-{code}"] = ("openai", "APIError", code, True)
            jobs[f"unnamed-{code}"] = ("unknown", "APIError", code, True)
        jobs |= self.CLASSES
        series = []
        for job, (provider, name, code, _) in jobs.items():
            who = f'job="{job}", instance="i", model="m", provider="{provider}"'
            series += [{"series": f'litellm_requests_total{{{who}, status="failure"}}', "values": "0+1x20"},
                       {"series": f'litellm_errors_total{{{who}, exception_class="{name}", status_code="{code}"}}',
                        "values": "0+1x20"}]
        wanted = [{"labels": f'{{job="{job}"}}', "value": 1} for job, (*_, fault) in jobs.items() if fault]
        checks = [{"expr": f"group by (job) ({name} > 0)", "eval_time": "20m", "exp_samples": wanted}
                  for name in self.faults()]
        with tempfile.NamedTemporaryFile("w", suffix=".test.yml") as file:
            yaml.safe_dump({"rule_files": [str(path) for path in sorted((RULES / "recording").glob("*.yml"))],
                            "evaluation_interval": "5m",
                            "tests": [{"interval": "1m", "input_series": series, "promql_expr_test": checks}]}, file)
            file.flush()
            code, output = run("promtool", "test", "rules", file.name)
        self.assertEqual(code, 0, output[-5000:])


class Cases(unittest.TestCase):
    """`promtool test rules`, and that no alert goes without."""

    def test_the_cases_pass(self):
        def ask(name):
            return (name, *run("promtool", "test", "rules", name, cwd=TESTS))
        with ThreadPool(2) as pool:
            for name, code, output in pool.imap_unordered(ask, [path.name for path in TESTS.glob("*.test.yml")]):
                with self.subTest(name):
                    self.assertEqual(code, 0, output[-5000:])

    def test_groups_are_evaluated_in_an_order(self):
        """promtool takes those without one as they come, and what alerts read of a recorded series may then be a step old."""
        for path in TESTS.glob("*.test.yml"):
            case = yaml.safe_load(path.read_text(encoding="utf-8"))
            loaded = [group["name"] for pattern in case["rule_files"] for file in TESTS.glob(pattern)
                      for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]]
            if len(loaded) > 1:
                self.assertEqual(sorted(case.get("group_eval_order", [])), sorted(loaded), path.name)

    def test_each_alert_has_a_firing_and_a_silent_case(self):
        fires, silent = set(), set()
        for path in TESTS.glob("*.test.yml"):
            for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
                for case in test.get("alert_rule_test", []):
                    (fires if case.get("exp_alerts") else silent).add(case["alertname"])
        names = {rule["alert"] for rule in alerts()}
        self.assertEqual(names - fires, set(), "never fire in a test")
        # The one that has no silence.
        self.assertEqual(names - silent - {"Watchdog"}, set(), "are never silent in a test")


class Vmalert(unittest.TestCase):
    @unittest.skipUnless(shutil.which("vmalert"), "Debian's package victoria-metrics has it")
    def test_vmalert_accepts_the_rules(self):
        """Debian's is older than keep_firing_for, which 1.92 learnt; expressions and templates are as new."""
        with tempfile.TemporaryDirectory() as directory:
            for path in sorted(RULES.glob("*/*.yml")):
                document = yaml.safe_load(path.read_text(encoding="utf-8"))
                for group in document["groups"]:
                    for rule in group["rules"]:
                        rule.pop("keep_firing_for", None)
                (Path(directory) / f"{path.parent.name}-{path.name}").write_text(yaml.safe_dump(document), encoding="utf-8")
            code, output = run("vmalert", "-dryRun", f"-rule={directory}/*.yml")
        self.assertEqual(code, 0, output)


class Alertmanager(unittest.TestCase):
    CONFIG = COMPOSE / "alertmanager" / "alertmanager.yml"

    def test_amtool_accepts_the_configuration(self):
        code, output = run("amtool", "check-config", str(self.CONFIG))
        self.assertEqual(code, 0, output)

    def test_routes(self):
        for line in (TESTS / "routes.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            labels, receiver = line.split(" -> ")
            code, output = run("amtool", "config", "routes", "test", f"--config.file={self.CONFIG}",
                               f"--verify.receivers={receiver}", *labels.split())
            self.assertEqual(code, 0, f"{line}: {output}")

    def test_what_cannot_wait_for_the_morning_does_not(self):
        for name, muted in (("LiteLLMKeyExpiresVerySoon", False), ("LiteLLMSpendAnomaly", False),
                            ("LiteLLMDailySpendOverObjective", False), ("LiteLLMUnauthorizedRequestsHigh", False),
                            ("LiteLLMBudgetWarning", True), ("LiteLLMKeyRotationOverdue", True)):
            labels = next({"alertname": name, **rule["labels"]} for rule in alerts() if rule["alert"] == name)
            route = _route(yaml.safe_load(self.CONFIG.read_text(encoding="utf-8"))["route"], labels)
            self.assertEqual((route["receiver"], "mute_time_intervals" in route), ("owners", muted), name)

    def test_one_trouble_is_one_page(self):
        """A real Alertmanager is told of both alerts of each line; a cluster each keeps the lines apart."""
        lines = [line for line in (TESTS / "inhibitions.txt").read_text(encoding="utf-8").splitlines()
                 if not line.startswith("#")]
        known = {rule["alert"]: rule["labels"] for rule in alerts()}
        both, wanted = [], {}
        for number, line in enumerate(lines):
            pair, verdict = line.split(" -> ")
            for side, text in zip(("source", "target"), pair.split(" | ")):
                name, *others = text.split()
                labels = {**known[name], "alertname": name, "cluster": f"{number}-{verdict}", "side": side,
                          **dict(label.split("=", 1) for label in others)}
                both.append({"labels": labels})
            wanted[f"{number}-{verdict}"] = (verdict, line)
        with tempfile.TemporaryDirectory() as directory:
            server = Server(directory, "127.0.0.1:1")
            self.addCleanup(server.stop)
            server.start()
            status, _, body = request(server.url + "/api/v2/alerts", method="POST", data=json.dumps(both).encode(),
                                      headers={"Content-Type": "application/json"})
            self.assertEqual(status, 200, body)

            def verdicts():
                return {alert["labels"]["cluster"]: "silent" if alert["status"]["inhibitedBy"] else "told"
                        for alert in json.loads(request(server.url + "/api/v2/alerts?filter=side%3Dtarget")[2])}
            expected = {cluster: verdict for cluster, (verdict, _) in wanted.items()}
            try:
                wait_until(lambda: verdicts() == expected, 30, "all alerts have arrived")
            except TimeoutError:
                self.assertEqual([wanted[cluster][1] for cluster, verdict in verdicts().items()
                                  if verdict != expected[cluster]], [])
            finally:
                server.stop()

    def test_every_category_and_severity_is_in_the_table(self):
        text = (TESTS / "routes.txt").read_text(encoding="utf-8")
        for rule in alerts():
            for label in ("severity", "category"):
                self.assertIn(f"{label}={rule['labels'][label]}", text)

    def test_inhibition_names_alerts_that_exist(self):
        names = {rule["alert"] for rule in alerts()}
        config = yaml.safe_load(self.CONFIG.read_text(encoding="utf-8"))
        for rule in config["inhibit_rules"]:
            for matcher in rule["source_matchers"] + rule["target_matchers"]:
                label, operator, pattern = re.fullmatch(r'(\w+)(=~|!=|=)"(.*)"', matcher).groups()
                if label != "alertname":
                    continue
                for part in _alternatives(pattern):
                    self.assertTrue(any(re.fullmatch(part, name) for name in names), f"{part} {operator}")

    def test_secrets_are_in_files(self):
        text = self.CONFIG.read_text(encoding="utf-8")
        for key in re.findall(r"(?m)^\s*-?\s*(\w*(?:password|secret|token|routing_key|api_url|credentials)\w*):", text):
            self.assertTrue(key.endswith("_file"), key)

    def test_the_texts_fit_a_phone(self):
        labels = {"alertname": "LiteLLMBudgetExhausted", "severity": "critical", "scope": "team", "id": "t-1",
                  "name": "research"}
        notes = {"summary": "A budget is exhausted.", "description": "team research has spent 125% of its budget.",
                 "runbook_url": "http://127.0.0.1:19400/runbooks/LiteLLMBudgetExhausted"}
        alert = {"status": "firing", "labels": labels, "annotations": notes, "startsAt": "2026-01-02T03:04:05Z",
                 "endsAt": "0001-01-01T00:00:00Z"}
        data = {"status": "firing", "receiver": "owners", "groupLabels": {}, "commonLabels": labels,
                "commonAnnotations": notes, "externalURL": "http://127.0.0.1:9093", "alerts": [alert]}
        self.assertEqual(self.render("litellm.title", data),
                         "[CRITICAL] team research: A budget is exhausted")
        self.assertEqual(self.render("litellm.text", data), (
            "team research has spent 125% of its budget.\nsince 03:04 UTC, 2 Jan\n"
            "what to do: http://127.0.0.1:19400/runbooks/LiteLLMBudgetExhausted"))
        self.assertIn("What to do", self.render("litellm.html", data))
        # Where nobody has said where the runbooks are, nothing leads nowhere.
        for empty in ({"runbook_url": ""}, {}):
            alert["annotations"] = {**{name: text for name, text in notes.items() if name != "runbook_url"}, **empty}
            data["commonAnnotations"] = alert["annotations"]
            alert["generatorURL"] = "http://prometheus.example.org/graph"
            self.assertEqual(self.render("litellm.text", data),
                             "team research has spent 125% of its budget.\nsince 03:04 UTC, 2 Jan")
            self.assertNotIn("What to do", self.render("litellm.html", data))
            self.assertNotIn('href=""', self.render("litellm.html", data))
            self.assertEqual(self.render("litellm.runbook", data), alert["generatorURL"])
        alert["annotations"] = data["commonAnnotations"] = notes
        labels["cluster"] = "eu"
        self.assertEqual(self.render("litellm.title", data), "[CRITICAL] team research: A budget is exhausted [eu]")
        del labels["cluster"]
        data["status"] = alert["status"] = "resolved"
        alert["endsAt"] = "2026-01-02T04:05:06Z"
        self.assertEqual(self.render("litellm.title", data), "[RESOLVED] team research: A budget is exhausted")
        self.assertEqual(self.render("litellm.text", data),
                         "over: team research: A budget is exhausted. It lasted from 03:04 to 04:05 UTC, 2 Jan.")

    def test_a_title_says_where(self):
        self.assertEqual(self.title({"alertname": "HostDiskFull", "instance": "web1:9100", "mountpoint": "/", "cluster": "eu"}),
                         "[CRITICAL] web1:9100 /: HostDiskFull [eu]")
        self.assertEqual(self.title({"alertname": "LiteLLMProbeFailed", "instance": "http://a", "proxy": "http://a"}),
                         "[CRITICAL] http://a: LiteLLMProbeFailed")

    def test_a_key_without_a_name_is_told_by_the_begin_of_its_hash(self):
        key = {"alertname": "LiteLLMKeyExpiresSoon", "key": "0123456789abcdef" * 4, "team": "research"}
        self.assertEqual(self.title(key), "[CRITICAL] key 0123456789ab of research: LiteLLMKeyExpiresSoon")
        self.assertEqual(self.title({**key, "key_alias": "batch"}), "[CRITICAL] batch of research: LiteLLMKeyExpiresSoon")

    def test_a_group_says_who_is_in_it(self):
        models = [{"alertname": "LiteLLMModelOutage", "model": f"m{number}", "instance": "e:1"} for number in range(5)]
        self.assertEqual(self.title(*models[:2]), "[CRITICAL] e:1 m0, e:1 m1: LiteLLMModelOutage (2 firing, 0 resolved)")
        models = [{"alertname": "LiteLLMModelOutage", "model": f"m{number}"} for number in range(5)]
        self.assertEqual(self.title(*models), "[CRITICAL] m0, m1, m2 and others: LiteLLMModelOutage (5 firing, 0 resolved)")
        self.assertEqual(self.title(*({**model, "status": "resolved"} for model in models[:2])),
                         "[RESOLVED] m0, m1: LiteLLMModelOutage (0 firing, 2 resolved)")
        for template in ("litellm.text", "litellm.html"):
            self.assertEqual(self.render(template, self.data(models)).count("runbooks/LiteLLMModelOutage"), 1)
        self.assertEqual(self.title({"alertname": "LiteLLMDown"}), "[CRITICAL] LiteLLMDown")

    def test_a_title_says_whose_budget(self):
        budget = {"alertname": "Budget", "scope": "team_member", "id": "user-01/4d1f", "name": "search"}
        self.assertEqual(self.title(budget), "[CRITICAL] team_member user-01 of search: Budget")
        self.assertEqual(self.title({**budget, "scope": "organization_member", "id": "a%2Fb%252F/o"}),
                         "[CRITICAL] organization_member a/b%2F of search: Budget")
        self.assertEqual(self.title({**budget, "name": "", "id": f"{UUID}/{UUID}"}),
                         "[CRITICAL] team_member 0f8fad5b-d9c of 0f8fad5b-d9c: Budget")
        self.assertEqual(self.title({**budget, "scope": "team", "window": "7d"}), "[CRITICAL] team search (7d): Budget")
        over = {**budget, "status": "resolved"}
        self.assertIn("over: team_member user-01 of search: Budget.", self.render("litellm.text", self.data([over])))
        self.assertEqual(self.title(budget, {**budget, "id": "user-02/4d1f"}),
                         "[CRITICAL] team_member user-01 of search, team_member user-02 of search: Budget (2 firing, 0 resolved)")

    def test_a_group_says_who_where_they_have_much_in_common(self):
        for one, other, whose in (
                ({"instance": "h1", "mountpoint": "/"}, {"instance": "h2", "mountpoint": "/"}, "h1 /, h2 /"),
                ({"instance": "e1", "collector": "keys"}, {"instance": "e2", "collector": "keys"}, "e1 keys, e2 keys"),
                ({"provider": "azure", "model": "m"}, {"provider": "openai", "model": "m"}, "azure m, openai m"),
                ({"scope": "key", "id": "k", "name": "crew", "window": "1d"}, {"scope": "key", "id": "k", "name": "crew"},
                 "key crew (1d), key crew"),
                ({"instance": "e1", "proxy": "p"}, {"instance": "e2", "proxy": "p"}, "p")):
            with self.subTest(whose):
                alerts_ = [{"alertname": "A", **labels} for labels in (one, other)]
                self.assertEqual(self.title(*alerts_), f"[CRITICAL] {whose}: A (2 firing, 0 resolved)")
        models = [{"alertname": "A", "model": name} for name in ("a", "b", "a", "c", "b")]
        self.assertEqual(self.title(*models), "[CRITICAL] a, b, c: A (5 firing, 0 resolved)")
        self.assertEqual(self.title({"alertname": "A"}, {"alertname": "A", "reason": "b"}), "[CRITICAL] A (2 firing, 0 resolved)")
        # Who is well again is told below.
        self.assertEqual(self.title({**models[0], "status": "resolved"}, models[1]), "[CRITICAL] b: A (1 firing, 1 resolved)")

    def test_a_name_stands_for_hashes(self):
        key = {"alertname": "A", "key": "0123456789abcdef" * 4}
        self.assertEqual(self.title({**key, "name": "search-web"}), "[CRITICAL] search-web: A")
        for team, said in ((UUID, UUID[:12]), ("fedcba9876543210" * 4, "fedcba987654"), ("machine-translation-research", None)):
            self.assertEqual(self.title({**key, "team": team}), f"[CRITICAL] key 0123456789ab of {said or team}: A")

    def test_the_worst_that_fires_gives_the_colour(self):
        critical = {"alertname": "A"}
        warning = {**critical, "severity": "warning"}
        for alerts_, colour, edge in (((warning, critical), "danger", "#d1242f"), ((critical,), "danger", "#d1242f"),
                                      (({**critical, "status": "resolved"}, warning), "warning", "#bf8700"),
                                      (({**critical, "status": "resolved"},), "good", "#2da44e")):
            self.assertEqual(self.render("litellm.color", self.data(alerts_)), colour)
            self.assertEqual(self.render("litellm.edge", self.data(alerts_)), edge)

    def test_mail_and_chat_lead_to_the_dashboard(self):
        alert = {"alertname": "LiteLLMModelOutage", "category": "errors", "cluster": "eu", "model": 'a b"&<', "provider": "azure"}
        for template in ("litellm.text", "litellm.html"):
            self.assertNotIn("ashboard", self.render(template, self.data([alert])))
        alert["dashboards"] = "https://grafana.example.org/g"
        link = "https://grafana.example.org/g/d/litellm-models?var-cluster=eu&var-provider=azure&var-model=a+b%22%26%3C"
        self.assertTrue(self.render("litellm.text", self.data([alert])).endswith(f"\ndashboard: {link}"))
        page = self.render("litellm.html", self.data([alert]), "html")
        self.assertIn(link, [html.unescape(address) for address in re.findall('href="([^"]*)"', page)])
        for labels, page in (({"category": "budget", "scope": "team"}, "budgets?var-scope=team"), ({"category": "keys"}, "budgets"),
                             ({"scope": "key", "key": "k"}, "budgets?var-scope=key"), ({"category": "pipeline"}, "exporter"),
                             ({"category": "latency", "model": "m"}, "models?var-model=m"), ({"category": "host"}, "overview"), ({}, "overview")):
            alert = {"alertname": "A", "dashboards": "https://g.example.org", **labels}
            self.assertTrue(self.render("litellm.text", self.data([alert])).endswith(f"https://g.example.org/d/litellm-{page}"), labels)

    def test_mail_has_no_markup_of_names(self):
        page = self.render("litellm.html", self.data([{"alertname": "A", "model": "<b>m</b>"}]), "html")
        self.assertIn("&lt;b&gt;m&lt;/b&gt;", page)
        self.assertNotIn("<b>m", page)

    def test_a_name_calls_nobody_in_slack(self):
        for status in ("firing", "resolved"):
            for label in ("model", "name", "id", "key_alias", "team", "guardrail"):
                alert = {"alertname": "A", "key": "k", label: "<!channel> <@U1> <https://a.example|b>", "status": status}
                data = self.data([alert])
                for one in data["alerts"]:
                    one["annotations"]["description"] = f"{alert[label]} fails."
                with self.subTest(status=status, label=label):
                    for template in ("litellm.text", "litellm.title"):
                        self.assertNotRegex(self.render(template, data), "<([!@#]|https:)")

    def test_of_several_alerts_the_worst_gives_the_title(self):
        warning = {"alertname": "LiteLLMBudgetWarning", "severity": "warning", "scope": "team", "id": "t"}
        critical = {"alertname": "LiteLLMBudgetExhausted", "scope": "team", "id": "t"}
        self.assertEqual(self.title(warning, critical, warning),
                         "[CRITICAL] team t: LiteLLMBudgetExhausted (3 firing, 0 resolved)")
        self.assertEqual(self.title({**critical, "status": "resolved"}, warning),
                         "[WARNING] team t: LiteLLMBudgetWarning (1 firing, 1 resolved)")
        self.assertEqual(self.title({**warning, "status": "resolved"}, {**critical, "status": "resolved"}),
                         "[RESOLVED] team t: LiteLLMBudgetExhausted (0 firing, 2 resolved)")
        for resolved in ([], [{**warning, "status": "resolved"}]):
            self.assertEqual(self.render("litellm.runbook", self.data([*resolved, warning, critical])),
                             "http://127.0.0.1:19400/runbooks/LiteLLMBudgetExhausted")

    def title(self, *alerts_):
        return self.render("litellm.title", self.data(alerts_))

    def data(self, alerts_):
        """A message about alerts with these labels, as Alertmanager hands it to a template."""
        made = []
        for labels in alerts_:
            labels = {"severity": "critical", **labels}
            status = labels.pop("status", "firing")
            name = labels["alertname"]
            notes = {"summary": f"{name}.", "description": f"{name} says more.",
                     "runbook_url": f"http://127.0.0.1:19400/runbooks/{name}"}
            made.append({"status": status, "labels": labels, "annotations": notes, "startsAt": "2026-01-02T03:04:05Z",
                         "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else "2026-01-02T04:05:06Z"})
        return {"status": "firing" if any(alert["status"] == "firing" for alert in made) else "resolved",
                "receiver": "pager", "groupLabels": {}, "commonLabels": _common(alert["labels"] for alert in made),
                "commonAnnotations": _common(alert["annotations"] for alert in made),
                "externalURL": "http://127.0.0.1:9093", "alerts": made}

    def render(self, name, data, kind="text"):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(data, file)
            file.flush()
            code, output = run("amtool", "template", "render",
                               f"--template.glob={COMPOSE / 'alertmanager' / 'templates' / '*.tmpl'}",
                               "--template.text", '{{ template "' + name + '" . }}', "--template.data", file.name,
                               f"--template.type={kind}")
        self.assertEqual(code, 0, output)
        return output.strip()


def _common(dictionaries):
    return dict(set.intersection(*(set(each.items()) for each in dictionaries)))


def _route(route, labels):
    """The route that takes an alert, without what it inherits."""
    for child in route.get("routes", ()):
        matchers = [re.fullmatch(r'(\w+)(=~|=)"(.*)"', matcher).groups() for matcher in child["matchers"]]
        if all(re.fullmatch(pattern if operator == "=~" else re.escape(pattern), labels.get(label, ""))
               for label, operator, pattern in matchers):
            return _route(child, labels)
    return route


def _alternatives(pattern):
    """A(x|y)|B as [A(x|y), B]."""
    parts, depth = [""], 0
    for letter in pattern:
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


class Scraping(unittest.TestCase):
    def test_prometheus_accepts_its_configuration_with_the_rules(self):
        with tempfile.TemporaryDirectory() as directory:
            config = Path(directory) / "prometheus.yml"
            config.write_text((COMPOSE / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"), encoding="utf-8")
            (Path(directory) / "rules").symlink_to(RULES)
            code, output = run("promtool", "check", "config", str(config))
            self.assertEqual(code, 0, output)
            self.assertIn("rules found", output)

    def test_the_blackbox_exporter_accepts_its_modules(self):
        code, output = run("prometheus-blackbox-exporter", "--config.check",
                           f"--config.file={COMPOSE / 'blackbox' / 'blackbox.yml'}")
        self.assertEqual(code, 0, output)
        modules = yaml.safe_load((COMPOSE / "blackbox" / "blackbox.yml").read_text(encoding="utf-8"))["modules"]
        jobs = yaml.safe_load((COMPOSE / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
        asked = {job["params"]["module"][0] for job in jobs["scrape_configs"] if "params" in job}
        self.assertEqual(asked, set(modules))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

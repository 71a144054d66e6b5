# SPDX-License-Identifier: Apache-2.0
"""What people read in DingTalk, Feishu and WeChat: alerts of the rules, as a real Alertmanager posts them to the bridges,
rendered by the engine of the bridges."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
from collections import Counter
from datetime import datetime, timedelta, timezone
from multiprocessing.pool import ThreadPool
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "compose"
BRIDGES = COMPOSE / "alertmanager" / "bridges"
TESTS = Path(__file__).parent

sys.path.insert(0, str(COMPOSE))

from demo.alertmanager import Alertmanager  # noqa: E402
from demo.process import patient, wait_until  # noqa: E402
from demo.web import request  # noqa: E402
from demo.webhook import WebhookReceiver  # noqa: E402

GROUPED = ["alertname", "job", "cluster"]
GRAFANA = "https://grafana.example.org/g"
# The paths of alertmanager.yml.
DINGTALK = "dingtalk/litellm/send"
FEISHU = "prometheusalert?type=fs&tpl=litellm-feishu&split=false"
WECOM = "prometheusalert?type=wx&tpl=litellm-wecom&split=false"
# What a robot of WeCom takes of Markdown, in bytes.
WECOM_TAKES = 4096
HOSTILE = 'a*b*_c_ [x](http://evil.example.org) <at id=all></at> <@all> `q` "\\" ~~d~~\n# h\n> g'
ESCAPE = re.compile(r"\\([\\`*_{}\[\]#|~!])")
# What PrometheusAlert's robots are given in place of what is special.
TWINS = str.maketrans("<>*[]~`", "＜＞＊［］～'")
LINK = re.compile(r"(?<!\\)\[([^\]\\]*)(?<!\\)\]\(([^)]*)\)")


def alerts_of_the_cases():
    """Those that promtool has seen the rules raise, each once."""
    known = {}
    for path in sorted(TESTS.glob("*.test.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
            for check in case.get("alert_rule_test", ()):
                for alert in check.get("exp_alerts", ()):
                    labels = {"alertname": check["alertname"], **alert["exp_labels"]}
                    if alert.get("exp_annotations"):
                        known[tuple(sorted(labels.items()))] = {"labels": labels, "annotations": alert["exp_annotations"]}
    return list(known.values())


def bridged(directory, receiver):
    """An Alertmanager with the receivers of bridges as they are shipped, each told of everything."""
    server = Alertmanager(directory, receiver.address)
    path = server.directory / "alertmanager.yml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    names = ["dingtalk", "feishu", "wechat"]
    config["receivers"] = [each for each in config["receivers"] if each["name"] in names]
    for each in config["receivers"]:
        for webhook in each["webhook_configs"]:
            webhook["url"] = re.sub("//[^/]*/", f"//{receiver.address}/", webhook["url"])
    config["route"] = {"receiver": names[0], "group_by": GROUPED, "group_wait": "1s",
                       "group_interval": "1s", "repeat_interval": "1h",
                       "routes": [{"receiver": name, "continue": True} for name in names]}
    del config["inhibit_rules"]
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return server


class Bridges(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        # Debian's compiler finds Debian's libraries there; another one on the PATH may not.
        environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "",
                       "GOCACHE": str(cls.directory / "cache")}
        subprocess.run(["/usr/bin/go", "build", "-o", cls.directory / "render", TESTS / "bridges" / "render.go"],
                       env=environment, check=True, timeout=patient(300))
        cls.receiver = WebhookReceiver()
        cls.receiver.start()
        cls.addClassCleanup(cls.receiver.stop)
        cls.server = bridged(cls.directory, cls.receiver)
        cls.addClassCleanup(cls.server.stop)
        cls.server.start()
        cls.alerts = alerts_of_the_cases()
        for alert in cls.alerts:
            alert["labels"]["dashboards"] = GRAFANA
        cls.bodies = cls.tell(cls.alerts)

        # What Alertmanager itself makes of them.
        with ThreadPool(2) as pool:
            cls.titles, cls.links = zip(*pool.map(alertmanagers, cls.bodies[DINGTALK]))

    @classmethod
    def tell(cls, alerts, over=()):
        """The last body of each group of these alerts that a bridge is posted, by its path, once all are in it."""
        begin = len(cls.receiver.pages)
        for alert in (*alerts, *over):
            alert["startsAt"] = "2026-01-02T03:04:05.678Z"
        for alert in over:
            alert["endsAt"] = (datetime.now(timezone.utc) - timedelta(seconds=1)).isoformat()
        wanted = Counter(group(alert["labels"]) for alert in (*alerts, *over))
        status, _, body = request(cls.server.url + "/api/v2/alerts", method="POST", data=json.dumps([*alerts, *over]).encode(),
                                  headers={"Content-Type": "application/json"})
        assert status == 200, body
        told = {path: {} for path in (DINGTALK, FEISHU, WECOM)}

        def all_told():
            for path, page in cls.receiver.pages[begin:]:
                told[path][group(page["groupLabels"])] = page
            return all(len(pages.get(key, {"alerts": ()})["alerts"]) + pages.get(key, {}).get("truncatedAlerts", 0) >= count
                       for pages in told.values() for key, count in wanted.items())
        wait_until(all_told, 60, "all alerts have been told of")
        # What was told before may be told once more meanwhile.
        return {path: [page for key, page in pages.items() if key in wanted] for path, pages in told.items()}

    def render(self, kind, bodies, *text):
        done = subprocess.run([self.directory / "render", kind, BRIDGES / f"{kind}.tmpl", *text],
                              input="\n".join(map(json.dumps, bodies)), capture_output=True, text=True, timeout=patient(60), check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        texts = json.loads(done.stdout)
        for text_ in texts:
            self.assertNotRegex(text_, r"<no value>|<nil>|%!|[0-9a-f]{64}|\n\n\n")
        return texts

    def dingtalk(self, bodies):
        """(title, text) of each, by the messages of the example configuration."""
        config = yaml.safe_load((BRIDGES / "dingtalk.yml").read_text(encoding="utf-8"))
        message = config["targets"]["litellm"]["message"]
        return list(zip(self.render("dingtalk", bodies, message["title"]), self.render("dingtalk", bodies, message["text"])))

    def test_every_alert_has_been_told_of(self):
        rules = {rule["alert"] for path in (ROOT / "rules" / "alerts").glob("*.yml")
                 for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]
                 if "alert" in rule}
        for bodies in self.bodies.values():
            self.assertEqual({alert["labels"]["alertname"] for body in bodies for alert in body["alerts"]}, rules)

    def test_the_first_line_is_the_title(self):
        bodies = self.bodies[DINGTALK]
        for title, (push, text), other in zip(self.titles, self.dingtalk(bodies), self.render("prometheusalert", bodies)):
            self.assertEqual(push, title)
            self.assertEqual(unescaped(text.split("\n")[0]), f"### {title}")
            self.assertEqual(other.split("\n")[0], f"**{title.replace(', 0 resolved', '')}**")

    def test_each_alert_says_what_and_since_when(self):
        for path in self.bodies:
            bodies = self.bodies[path]
            texts = [unescaped(text) for _, text in self.dingtalk(bodies)] if path == DINGTALK else self.render("prometheusalert", bodies)
            for body, text in zip(bodies, texts):
                for alert in body["alerts"]:
                    what = short(alert["annotations"]["description"])
                    self.assertIn(what if path == DINGTALK else what.translate(TWINS), text)
                self.assertEqual(len(re.findall("since 03:04 UTC, (?:2 Jan|2026-01-02)$", text, re.M)), len(body["alerts"]))
                self.assertEqual(text.count("[What to do]"), 1)
                self.assertIn(f"[What to do]({body['commonAnnotations']['runbook_url']})\n", text + "\n")
                left = body.get("truncatedAlerts", 0)
                self.assertEqual(f"and {left} more" in text, bool(left) and path != DINGTALK)

    def test_dashboards_are_those_of_alertmanagers_template(self):
        bodies = self.bodies[DINGTALK]
        for link, (_, text), other in zip(self.links, self.dingtalk(bodies), self.render("prometheusalert", bodies)):
            self.assertIn(f"[Dashboard]({link})\n", text)
            self.assertTrue(other.endswith(f"[Dashboard]({link})"), other)

    def test_dashboards_and_their_variables_exist(self):
        known = {}
        for path in (ROOT / "dashboards").glob("*.json"):
            dashboard = json.loads(path.read_text(encoding="utf-8"))
            known[dashboard["uid"]] = {f"var-{variable['name']}" for variable in dashboard["templating"]["list"]}
        seen = {}
        for link in self.links:
            url = urllib.parse.urlsplit(link)
            page = url.path.removeprefix("/g/d/")
            seen.setdefault(page, set()).update(urllib.parse.parse_qs(url.query))
            self.assertLessEqual(seen[page], known[page], link)
        self.assertEqual(set(seen), {"litellm-overview", "litellm-budgets", "litellm-models", "litellm-exporter"})
        self.assertIn("var-scope", seen["litellm-budgets"])
        self.assertLessEqual({"var-provider", "var-model"}, seen["litellm-models"])
        # Of the cases few have a cluster.
        self.assertTrue(all("var-cluster" in known[page] for page in seen))

    def test_without_addresses_there_are_no_links(self):
        bodies = self.bodies[DINGTALK]
        stripped = json.loads(json.dumps(bodies).replace(GRAFANA, "").replace("http://127.0.0.1:19400/runbooks/", "")
                              .replace('"runbook_url": "', '"runbook_url": "", "was": "'))
        for text in [text for _, text in self.dingtalk(stripped)] + self.render("prometheusalert", stripped):
            self.assertEqual(LINK.findall(text), [])

    def test_wecom_takes_the_longest(self):
        longest = max(map(len, (text.encode() for text in self.render("prometheusalert", self.bodies[WECOM]))))
        self.assertLess(longest, WECOM_TAKES)
        crowd = [{"labels": {"alertname": "Crowd", "severity": "critical", "model": f"{number}" + "m" * 500},
                  "annotations": {"summary": "S.", "description": "z" * 1000, "runbook_url": "https://r.example.org/x"}}
                 for number in range(50)]
        bodies = self.tell(crowd)
        text, = self.render("prometheusalert", bodies[WECOM][-1:])
        self.assertLess(len(text.encode()), WECOM_TAKES)
        self.assertIn("and 42 more\n", text)
        text, = self.render("prometheusalert", bodies[FEISHU][-1:])
        self.assertIn("and 20 more\n", text)

    def test_names_stay_names(self):
        """Clients choose them: they mention nobody, link nowhere and begin no line."""
        alert = {"labels": {"alertname": "Hostile", "severity": "critical", "model": HOSTILE, "cluster": HOSTILE,
                            "category": "errors", "dashboards": GRAFANA},
                 "annotations": {"summary": f"{HOSTILE}.", "description": f"# {HOSTILE}", "runbook_url": "https://r.example.org/x"}}
        bodies = self.tell([alert])
        flat = re.sub(r"\s+", " ", HOSTILE)
        (title, text), = self.dingtalk(bodies[DINGTALK])
        self.assertEqual(title, f"[CRITICAL] {flat}: {flat} [{flat}]")
        self.assertEqual([name for name, _ in LINK.findall(text)], ["What to do", "Dashboard"])
        self.assertNotIn("<", text)
        # Of what is special only what belongs to the page itself stands without a backslash.
        rest = LINK.sub("", ESCAPE.sub("", text.removeprefix("### ")))
        self.assertNotRegex(rest, r"[\\`*_\[\]#|~!]")
        self.assertEqual(unescaped(text).split("\n")[2], f"# {flat}  ")
        self.assertEqual(text.count("\n"), 8)
        for path in (FEISHU, WECOM):
            text, = self.render("prometheusalert", bodies[path])
            self.assertEqual([name for name, _ in LINK.findall(text)], ["What to do", "Dashboard"])
            self.assertNotRegex(LINK.sub("", text), "[<>`~]")
            self.assertEqual(text.count("*"), 4)
            self.assertEqual(text.split("\n")[2][0], "＃")
            self.assertEqual(text.count("\n"), 6)
            # What carries it to the chat is JSON.
            self.assertIn('"\\"', json.loads(json.dumps(text)))

    def test_what_is_over_is_told_with_its_time(self):
        def model(name):
            return {"labels": {"alertname": "LiteLLMModelOutage", "severity": "critical", "category": "errors", "model": name,
                               "job": "over", "dashboards": GRAFANA},
                    "annotations": {"summary": "Most requests to a model fail.", "description": f"{name} fails.",
                                    "runbook_url": "https://r.example.org/LiteLLMModelOutage"}}
        self.tell([model("m1"), model("m2"), model("m3")])
        # A receiver is told again once its group has changed.
        mixed = self.tell([], [model("m2")])
        over = self.tell([], [model("m1"), model("m3")])
        span = r"It lasted from 03:04.* to \d\d:\d\d UTC, [-\w ]+\.$"
        for path in self.bodies:
            for bodies, state, counts in ((mixed, "CRITICAL", "2 firing, 1 resolved"), (over, "RESOLVED", None)):
                body = bodies[path][-1]
                if path == DINGTALK:
                    (push, text), = self.dingtalk([body])
                    text = unescaped(text)
                    self.assertTrue(text.startswith(f"### {push}\n"), text)
                else:
                    text, = self.render("prometheusalert", [body])
                with self.subTest(path, state=state):
                    self.assertRegex(text, rf"^\W*{state}\] ")
                    gone = [alert["labels"]["model"] for alert in body["alerts"] if alert["status"] == "resolved"]
                    for name in gone:
                        self.assertRegex(text, re.compile(rf"^resolved: {name}: Most requests to a model fail\. {span}", re.M))
                    self.assertEqual("[What to do]" in text, state != "RESOLVED")
                    if counts:
                        self.assertIn(f"({counts})", text)
                    elif path != DINGTALK:
                        # Feishu's card is red where it does not say so, and orange where both are said.
                        self.assertNotIn("firing", text)

    def test_prometheusalert_may_split_a_group(self):
        """Each message then holds one alert and what the group has in common: the state is the alert's."""
        over = {"status": "resolved", "labels": {"alertname": "A", "severity": "critical", "model": "m1"},
                "annotations": {"summary": "S."}, "startsAt": "2026-01-02T03:04:05Z", "endsAt": "2026-01-02T04:05:06+08:00"}
        body = {"status": "firing", "alerts": [over], "commonLabels": {"alertname": "A", "severity": "critical"},
                "commonAnnotations": {"summary": "S."}, "groupLabels": {}, "externalURL": ""}
        text, = self.render("prometheusalert", [body])
        self.assertEqual(text, "**[RESOLVED] m1: S**\n\nresolved: m1: S. It lasted from 03:04 UTC, 2026-01-02 to "
                               "04:05 UTC+08:00, 2026-01-02.\n")

    def test_a_key_is_told_by_the_begin_of_its_hash(self):
        key = "0123456789abcdef" * 4
        labels = {"alertname": "Key", "severity": "warning", "category": "keys", "key": key, "team": "research"}
        bodies = self.tell([{"labels": labels, "annotations": {"summary": "A key expires.", "description": f"Key {key} expires."}}])
        title = "[WARNING] key 0123456789ab of research: A key expires"
        (push, text), = self.dingtalk(bodies[DINGTALK])
        self.assertEqual((push, unescaped(text).split("\n")[:3]), (title, [f"### {title}", "", "Key 0123456789ab expires.  "]))
        text, = self.render("prometheusalert", bodies[WECOM])
        self.assertEqual(text.split("\n")[:3], [f"**{title}**", "", "Key 0123456789ab expires."])

    def test_who_is_said_as_in_the_title(self):
        key = "0123456789abcdef" * 4
        team = "0f8fad5b-d9cb-469f-a165-70867728950e"
        member = {"scope": "team_member", "id": "a%2Fb%252F/t", "name": "search"}
        for number, (whose, *told) in enumerate((
                ("team_member a/b%2F of search", member),
                (f"team_member {team[:12]} of {team[:12]}", {"scope": "team_member", "id": f"{team}/{team}"}),
                ("team_member a/b%2F of search, team_member u of search", member, {**member, "id": "u/t"}),
                ("team search (1d), team search (7d)", *({"scope": "team", "name": "search", "window": window} for window in ("1d", "7d"))),
                ("h1 /, h2 /", *({"instance": host, "mountpoint": "/"} for host in ("h1", "h2"))),
                ("p", *({"instance": host, "proxy": "p"} for host in ("e1", "e2"))),
                ("m0, m1, m2 and others", *({"model": f"m{at}"} for at in range(5))),
                ("search-web", {"key": key, "name": "search-web"}),
                (f"key 0123456789ab of {team[:12]}", {"key": key, "team": team}))):
            alerts = [{"labels": {"alertname": f"Who{number}", "severity": "critical", **labels}, "annotations": {"summary": "S."}}
                      for labels in told]
            body = {"status": "firing", "alerts": [{"status": "firing", "startsAt": "2026-01-02T03:04:05Z", **alert} for alert in alerts],
                    "commonLabels": {"severity": "critical"}, "commonAnnotations": {"summary": "S."}, "groupLabels": {}, "externalURL": ""}
            firing = f" ({len(told)} firing, 0 resolved)" if len(told) > 1 else ""
            title = f"[CRITICAL] {whose}: S{firing}"
            with self.subTest(whose):
                self.assertEqual(alertmanagers(body)[0], title)
                (push, text), = self.dingtalk([body])
                self.assertEqual((push, unescaped(text).split("\n")[0]), (title, f"### {title}"))
                text, = self.render("prometheusalert", [body])
                self.assertEqual(text.split("\n")[0], f"**{title.replace(', 0 resolved', '')}**")

    def test_alerts_of_others_are_told_as_well(self):
        """Which have no more than a name."""
        bodies = self.tell([{"labels": {"alertname": "Foreign"}, "annotations": {}}])
        (title, text), = self.dingtalk(bodies[DINGTALK])
        self.assertEqual((title, text.rstrip()), ("[FIRING] Foreign", "### \\[FIRING\\] Foreign\n\nForeign  \nsince 03:04 UTC, 2 Jan"))
        text, = self.render("prometheusalert", bodies[FEISHU])
        self.assertEqual(text.rstrip(), "**[FIRING] Foreign**\n\nForeign\nsince 03:04 UTC, 2026-01-02")


def alertmanagers(body):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(body, file)
        file.flush()
        done = subprocess.run(["amtool", "template", "render", "--template.data", file.name,
                               f"--template.glob={COMPOSE / 'alertmanager' / 'templates' / '*.tmpl'}", "--template.text",
                               '{{ template "litellm.title" . }}\n{{ template "litellm.dashboard" .CommonLabels }}'],
                              capture_output=True, text=True, check=True, timeout=patient(60))
    return done.stdout.rstrip("\n").split("\n")


def group(labels):
    return tuple(labels.get(name, "") for name in GROUPED)


def unescaped(text):
    return ESCAPE.sub(r"\1", text).replace("&lt;", "<").replace("&gt;", ">")


def short(text):
    return re.sub(r"\b([0-9a-f]{12})[0-9a-f]{52}\b", r"\1", re.sub(r"\s+", " ", text))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

# SPDX-License-Identifier: Apache-2.0
"""The compose stack while it runs: healthy, watched, paged, restarted, upgraded; and the image alone."""

import json
import re
import unittest

from images import pinned
from stack import HOST, PATIENT, ROOT, Stack, podman, prometheus, run

from demo.exposition import parse_page, total
from demo.process import wait_until
from demo.web import request
from demo.webhook import WebhookReceiver

LAB = ROOT / "build" / "containers"
STACK = Stack(LAB)
RECEIVER = None


def setUpModule():
    global RECEIVER
    unittest.addModuleCleanup(STACK.stop)
    STACK.start()
    RECEIVER = WebhookReceiver(STACK.secret("webhook_token"), port=9095, host=HOST)
    RECEIVER.start()
    unittest.addModuleCleanup(RECEIVER.stop)
    STACK.wait_healthy()


def page(port=19400):
    status, _, body = request(f"http://127.0.0.1:{port}/metrics")
    if status != 200:
        raise RuntimeError(f"/metrics answers {status}")
    return parse_page(body.decode())


def counted():
    return total(page(), "litellm_requests_total")


def missed():
    """Rows of the table that are not counted, once LiteLLM writes none: those of the time before the first poll."""
    rows = int(STACK.sql('SELECT count(*) FROM "LiteLLM_SpendLogs"'))

    def settled():
        before = counted()
        polls = total(page(), "litellm_exporter_polls_total", collector="spend_log")
        wait_until(lambda: total(page(), "litellm_exporter_polls_total", collector="spend_log") >= polls + 2, PATIENT, "two polls")
        return before == counted()
    wait_until(settled, PATIENT, "all rows are counted")
    return rows - counted()


class Running(unittest.TestCase):
    def test_images_say_what_they_are(self):
        for version, revision in (("0.1.0", "first"), ("0.1.1", "second")):
            labels = json.loads(podman("image", "inspect", f"docker.io/library/litellm-exporter:{version}"))[0]["Labels"]
            self.assertEqual(labels["org.opencontainers.image.version"], version)
            self.assertEqual(labels["org.opencontainers.image.revision"], revision)
        running = {line for line in podman("ps", "--format={{.Image}}").split() if "litellm-exporter" not in line}
        self.assertEqual(running, set(pinned()))

    def test_all_targets_are_up(self):
        def down():
            targets = json.loads(request("http://127.0.0.1:9090/api/v1/targets?state=active")[2])["data"]["activeTargets"]
            return {target["scrapeUrl"]: target["lastError"] for target in targets if target["health"] != "up"}, \
                {target["labels"]["job"] for target in targets}

        def up():
            failing, jobs = down()
            if failing:
                raise RuntimeError(f"{failing}")
            return jobs
        jobs = wait_until(up, PATIENT, "all targets are up")
        self.assertEqual(jobs, {"litellm-exporter", "prometheus", "alertmanager", "node", "cadvisor", "postgres", "redis", "blackbox",
                                "litellm-blackbox-liveness", "litellm-blackbox-readiness", "exporter-blackbox"})
        for name in ("litellm_exporter_database_up", "litellm_up", "pg_up", "redis_up", "probe_success"):
            wait_until(lambda name=name: {value for _, value in prometheus(name)} == {1.0}, PATIENT, f"{name} is 1")
        # The key is good for what wants one.
        self.assertEqual(total(page(), "litellm_exporter_collector_success", collector="proxies"), 1)

    def test_no_secret_is_in_a_log_or_in_the_settings_of_a_container(self):
        shown = STACK.compose("logs", "--no-color") + podman("inspect", *podman("ps", "--all", "--quiet").split())
        for path in (STACK.directory / "secrets").iterdir():
            text = path.read_text(encoding="utf-8").strip()
            if path.name != "generate" and text:
                self.assertNotIn(text, shown, path.name)

    def test_pages(self):
        wait_until(lambda: "deadman" in {role for role, _ in RECEIVER.pages}, PATIENT, "the heartbeat arrives")

        def told():
            return any(role == "pager" and alert["labels"]["alertname"] == "LiteLLMDown" for role, alert in RECEIVER.alerts("firing"))
        STACK.compose("stop", "litellm")
        try:
            wait_until(told, PATIENT, "the page arrives")
        finally:
            STACK.compose("start", "litellm")
        STACK.wait_healthy()


class Surviving(unittest.TestCase):
    """What is not counted when it begins is not counted at the end, and nothing else."""

    def quiet(self):
        STACK.compose("stop", "litellm")
        try:
            return missed(), counted()
        finally:
            STACK.compose("start", "litellm")

    def test_a_restart_of_each_service(self):
        before, rows = self.quiet()
        for service in STACK.services():
            with self.subTest(service):
                STACK.compose("restart", service)
                STACK.wait_healthy()
        wait_until(lambda: counted() > rows, PATIENT, "counting goes on")
        self.assertEqual(self.quiet()[0], before)
        STACK.wait_healthy()

    def test_an_upgrade_of_the_exporter(self):
        before, rows = self.quiet()
        self.assertEqual(total(page(), "litellm_exporter_build_info", revision="first"), 1)
        STACK.set("LITELLM_EXPORTER_VERSION", "0.1.1")
        STACK.compose("up", "--detach", "--no-build")
        STACK.wait_healthy()
        self.assertEqual(total(page(), "litellm_exporter_build_info", revision="second"), 1)
        wait_until(lambda: counted() > rows, PATIENT, "counting goes on where it stood")
        self.assertEqual(self.quiet()[0], before)


class Alone(unittest.TestCase):
    def test_the_line_of_the_readme(self):
        text = (ROOT / "compose/README.md").read_text(encoding="utf-8")
        line = re.search(r"(?m)^docker run (?:.*\\\n)*.*$", text)[0].replace("\\\n", "")
        password = re.fullmatch(r"postgresql://litellm_exporter:(.*)@.*", STACK.secret("exporter_database_url"))[1]
        address = podman("inspect", "--format={{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", "litellm-postgres-1").strip()
        for word, value in (("docker", "podman"), ("PASSWORD", password), ("HOST", address), ("/litellm'", "/litellm_db'"),
                            # The stack has the other.
                            ("127.0.0.1:19400:", "127.0.0.1:19401:"),
                            (" litellm-exporter:0.1.0", " docker.io/library/litellm-exporter:0.1.0")):
            self.assertIn(word, line)
            line = line.replace(word, value)
        self.addCleanup(podman, "rm", "--force", "--volumes", "litellm-exporter")
        run("bash", "-c", line)
        wait_until(lambda: total(page(19401), "litellm_exporter_state_saved_timestamp_seconds") > 0, PATIENT, "it has saved its state")
        self.assertEqual(total(page(19401), "litellm_exporter_database_up"), 1)
        wait_until(lambda: podman("inspect", "--format={{.State.Health.Status}}", "litellm-exporter").strip() == "healthy", PATIENT,
                   "it is healthy")


if __name__ == "__main__":
    unittest.main(verbosity=2)

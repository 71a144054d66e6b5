# SPDX-License-Identifier: Apache-2.0
"""The compose stack, started as compose/README.md says, by docker compose that speaks to podman."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "compose"))

from demo.process import Process, wait_until  # noqa: E402
from demo.web import request  # noqa: E402

# Of this host in its network namespace, for what the stack takes for the host (RFC 5737).
HOST = "192.0.2.1"
_SOCKET = Path("/run/lab/podman.sock")
# Everything starts at once, on a machine that others may use.
PATIENT = 600


def run(*argv, timeout=PATIENT, check=True, **options):
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, timeout=timeout, check=False, **options)
    if check and done.returncode != 0:
        raise RuntimeError(f"{argv}: {done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def podman(*words, **options):
    return run("podman", *words, **options)


class Stack:
    """A copy of the repository in `directory`, and the stack that is started there."""

    def __init__(self, directory):
        self.checkout = Path(directory) / "checkout"
        self.directory = self.checkout / "compose"
        self._log = Path(directory) / "podman.log"
        self._over = threading.Event()

    def start(self):
        run("ip", "link", "set", "lo", "up")
        run("ip", "address", "replace", f"{HOST}/32", "dev", "lo")
        self._api = Process.start(["podman", "system", "service", "--time=0", f"unix://{_SOCKET}"], self._log)
        wait_until(_SOCKET.exists, 60, "podman listens")
        threading.Thread(target=self._ask_for_health, daemon=True).start()
        self._check_out()
        shutil.copy(self.directory / "env.example", self.directory / ".env")
        # Podman 4.3 does not know the word for it.
        self.set("ALERT_WEBHOOK_ADDRESS", HOST)
        self.set("SMTP_RELAY_ADDRESS", HOST)
        run(self.directory / "secrets/generate")
        self.compose("up", "--detach")

    def stop(self):
        self.compose("down", "--volumes", check=False)
        self._over.set()
        self._api.stop()

    def _check_out(self):
        shutil.rmtree(self.checkout, ignore_errors=True)
        for name in run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0"):
            if name and (ROOT / name).exists():
                (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.checkout / name)
        (self.directory / "textfile").mkdir(exist_ok=True)

    def set(self, name, value):
        with open(self.directory / ".env", "a", encoding="utf-8") as file:
            file.write(f"{name}={value}\n")

    def secret(self, name):
        return (self.directory / "secrets" / name).read_text(encoding="utf-8").strip()

    def compose(self, *words, **options):
        environment = {**os.environ, "DOCKER_HOST": f"unix://{_SOCKET}"}
        return run(*os.environ["COMPOSE_PROGRAM"].split(), *words, cwd=self.directory, env=environment, **options)

    def states(self):
        """{service: (state, health)}"""
        listed = [json.loads(line) for line in self.compose("ps", "--all", "--format=json").splitlines()]
        return {one["Service"]: (one["State"], one["Health"]) for one in listed}

    def services(self):
        return self.compose("config", "--services").split()

    def wait_healthy(self):
        def healthy():
            states = self.states()
            sick = {name: states.get(name) for name in self.services() if states.get(name) != ("running", "healthy")}
            if sick:
                raise RuntimeError(f"{sick}")
            return True
        wait_until(healthy, PATIENT, "all services are healthy", interval=3)

    def sql(self, statement):
        return self.compose("exec", "-T", "postgres", "psql", "--host=/var/run/postgresql", "--username=litellm_user", "--no-align",
                            "--tuples-only", f"--command={statement}", "litellm_db").strip()

    def _ask_for_health(self):
        """What systemd's timers do for podman elsewhere."""
        while not self._over.wait(5):
            for container in podman("ps", "--quiet", check=False).split():
                podman("healthcheck", "run", container, check=False)


def prometheus(query):
    """{labels: value} of an instant query."""
    status, _, body = request(f"http://127.0.0.1:9090/api/v1/query?query={query}")
    if status != 200:
        raise RuntimeError(f"Prometheus answers {status} to {query}")
    return [(one["metric"], float(one["value"][1])) for one in json.loads(body)["data"]["result"]]

# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus on loopback, run with the configuration that the compose stack mounts."""

import json
import re
import shutil
from pathlib import Path
from urllib.parse import urlencode

from .ports import free_port
from .process import Process, wait_until
from .web import request

CONFIG = Path(__file__).parents[1] / "prometheus" / "prometheus.yml"


def _replace_once(pattern, replacement, text):
    text, count = re.subn(pattern, replacement, text)
    if count != 1:
        raise ValueError(f"{CONFIG.name}: {pattern} found {count} times instead of once")
    return text


class Prometheus:
    """One server, its data and a copy of the configuration in a directory of its own."""

    def __init__(self, directory, targets, port=None, scrape_interval=None):
        """`targets` are the addresses ("host:port") of exporters; `scrape_interval`, in seconds,
        takes the place of the shipped one."""
        self.directory = Path(directory)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process = None
        self._write_configuration(targets, scrape_interval)

    def start(self, deadline=30):
        program = shutil.which("prometheus")
        if not program:
            raise FileNotFoundError("no prometheus on PATH: is the package installed?")
        argv = [
            program,
            f"--config.file={self.directory / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.directory / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--log.level=warn",
        ]
        self._process = Process.start(argv, self.directory / "prometheus.log", cwd=self.directory)
        wait_until(self.ready, deadline, f"Prometheus on port {self.port} is ready")

    def ready(self):
        self._process.check_alive()
        return request(self.url + "/-/ready")[0] == 200

    def query(self, expression):
        """The result of an instant query as a list of (labels, value)."""
        status, _, body = request(f"{self.url}/api/v1/query?" + urlencode({"query": expression}))
        answer = json.loads(body)
        if status != 200 or answer["status"] != "success":
            raise RuntimeError(f"query {expression}: {answer.get('error', status)}")
        result = answer["data"]["result"]
        if answer["data"]["resultType"] == "scalar":
            return [({}, float(result[1]))]
        return [(series["metric"], float(series["value"][1])) for series in result]

    def value(self, expression, default=0.0):
        """The only value of a query; `default` when there is no series yet."""
        result = self.query(expression)
        if len(result) > 1:
            raise ValueError(f"query {expression}: {len(result)} series instead of one")
        return result[0][1] if result else default

    def stop(self, deadline=20):
        if self._process:
            self._process.stop(deadline=deadline)
            self._process = None

    def _write_configuration(self, targets, scrape_interval):
        text = CONFIG.read_text(encoding="utf-8")
        # The file names the port that Prometheus has in the compose stack.
        text = _replace_once(r"127\.0\.0\.1:9090", f"127.0.0.1:{self.port}", text)
        if scrape_interval is not None:
            for setting in ("scrape_interval", "scrape_timeout", "evaluation_interval"):
                text = _replace_once(rf"(?m)^  {setting}: .*$", f"  {setting}: {scrape_interval}s", text)
        (self.directory / "targets").mkdir(parents=True, exist_ok=True)
        (self.directory / "prometheus.yml").write_text(text, encoding="utf-8")
        # JSON is YAML, and quotes whatever needs it.
        (self.directory / "targets" / "litellm-exporter.yml").write_text(
            json.dumps([{"targets": list(targets)}]) + "\n", encoding="utf-8")

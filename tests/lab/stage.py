# SPDX-License-Identifier: Apache-2.0
"""Runs the demo, with what its traffic does not bring, and beside it a command that looks at it.

    /usr/bin/python3 stage.py [--rehearse] COMMAND...

The command finds in $STAGE, as JSON, the addresses of Prometheus and of three exporters: one that is
"busy", one that has just been installed and has counted nothing ("fresh"), and one whose database does
not answer ("silent"). It is started at once, or with --rehearse once there is something to see: twenty
minutes of traffic, and two in which the proxy was not ready.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "compose"))

from demo.exporter import Exporter  # noqa: E402
from demo.ports import free_port  # noqa: E402
from demo.postgres import EXPORTER_ROLE  # noqa: E402
from demo.process import wait_until  # noqa: E402
from demo.scratch import scratch_directory  # noqa: E402
from demo.stack import Stack  # noqa: E402

_EXTRAS = Path(__file__).with_name("stage.sql")
_FRESH = "fresh"
# Until the minutes after an upgrade, which dashboards mark, are out of their sight; then a trouble and its end.
_QUIET_SECONDS, _TROUBLE_SECONDS, _AFTERWARDS_SECONDS = 720, 120, 360
# A key was used just now, again and again, as LiteLLM notes it.
_USED = """UPDATE "LiteLLM_VerificationToken" SET last_active = now() WHERE key_alias LIKE 's%'"""
_USED_SECONDS = 10


class Usage(threading.Thread):
    """Notes that keys are used, until it is stopped."""

    def __init__(self, stack):
        super().__init__(daemon=True)
        self._stack = stack
        self._stopping = threading.Event()

    def run(self):
        while not self._stopping.wait(_USED_SECONDS):
            self._stack.cluster.query(_USED, database=self._stack.database)

    def stop(self):
        self._stopping.set()
        self.join(_USED_SECONDS)


def _another(running, directory, name, url):
    """The address of one more exporter; it listens, whatever its database does."""
    exporter = Exporter(Path(directory) / name, url)
    running.callback(exporter.stop)
    exporter.start()
    wait_until(lambda: exporter.get("/-/healthy")[0] == 200, 30, f"the {name} exporter serves")
    return exporter


def _settled(exporter):
    """Whether every collector has tried, so that the page says how it ended."""
    return "waiting for the first poll" not in exporter.get("/")[2].decode()


def _rehearse(stack):
    print("Rehearsal    twenty minutes of traffic, with a trouble", flush=True)
    time.sleep(_QUIET_SECONDS)
    stack.proxy.mode = "not_ready"
    time.sleep(_TROUBLE_SECONDS)
    stack.proxy.mode = "good"
    time.sleep(_AFTERWARDS_SECONDS)


def main():
    parser = argparse.ArgumentParser(prog="stage.py", usage="stage.py [--rehearse] COMMAND...")
    parser.add_argument("--rehearse", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with contextlib.ExitStack() as running:
        stack = running.enter_context(Stack())
        directory = running.enter_context(scratch_directory())
        stack.cluster.query(_EXTRAS.read_text(encoding="utf-8"), database=stack.database)
        usage = Usage(stack)
        running.callback(usage.stop)
        usage.start()
        stack.cluster.create_database(_FRESH)
        others = {
            "fresh": _another(running, directory, "fresh", stack.cluster.url(EXPORTER_ROLE, _FRESH)),
            "silent": _another(running, directory, "silent", f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"),
        }
        for name, exporter in others.items():
            wait_until(lambda: _settled(exporter), 60, f"every collector of the {name} exporter tried")  # noqa: B023
        if options.rehearse:
            _rehearse(stack)
        stage = {"prometheus": stack.prometheus.url, "busy": stack.exporter.url,
                 **{name: exporter.url for name, exporter in others.items()}}
        return subprocess.run(options.command, env={**os.environ, "STAGE": json.dumps(stage)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

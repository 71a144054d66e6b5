# SPDX-License-Identifier: Apache-2.0
"""Programs that serve on loopback, each a child process with a directory of its own."""

import shutil
from pathlib import Path

from .ports import free_port
from .process import Process, wait_until
from .web import request


class Server:
    """One server. A subclass says how its program is called.

    Configuration, data and log stay in its directory, so that a second start resumes.
    """

    # Answers 200 once the server is of use.
    READY = "/-/ready"

    def __init__(self, name, directory, port=None, env=None):
        """`name` is for messages and the log's file; `env` takes the place of our environment."""
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self._name = name
        self._env = env
        self._process = None

    def argv(self):
        raise NotImplementedError

    def launch(self):
        """Returns at once; see wait_ready()."""
        self._process = Process.start(self.argv(), self.directory / f"{self._name}.log", env=self._env)

    def wait_ready(self, deadline=30):
        def ready():
            self._process.check_alive()
            answers = request(self.url + self.READY)[0] == 200
            # Not somebody else's answer on a port that ours could not take.
            self._process.check_alive()
            return answers
        wait_until(ready, deadline, f"{self._name} on port {self.port} is ready")

    def start(self, deadline=30):
        """Returns once it is ready."""
        self.launch()
        self.wait_ready(deadline)

    def stop(self, deadline=20):
        """The exit code after SIGTERM; None if it was never started."""
        return self._process.stop(deadline=deadline) if self._process else None

    def log(self):
        return self._process.log() if self._process else ""


def program(*names):
    """The path of the first of these programs that is installed."""
    for name in names:
        if path := shutil.which(name):
            return path
    raise FileNotFoundError(f"no {names[0]} on PATH: is the package installed?")

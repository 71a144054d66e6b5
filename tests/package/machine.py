# SPDX-License-Identifier: Apache-2.0
"""A Debian that systemd boots in a container of systemd-nspawn, and what an operator types there."""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "compose"))

from demo.process import Process, wait_until  # noqa: E402

# Nothing of this machine's environment.
_ENVIRONMENT = ["env", "--ignore-environment", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8",
                "DEBIAN_FRONTEND=noninteractive"]


class CannotBoot(RuntimeError):
    """This machine has no place for a container with a systemd of its own."""


class Machine:
    """The system in `root`; what changes in there is gone with its end. Its network and ports are its own."""

    def __init__(self, root, directory):
        self._nspawn = Process.start(
            ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--console=pipe", "--volatile=overlay",
             f"--directory={root}", f"--bind-ro={directory}:/mnt", "--boot"],
            directory / "nspawn.log")
        try:
            wait_until(self._has_booted, 120, "systemd boots")
        except Exception as error:
            self.stop()
            raise CannotBoot(" ".join(f"{error} {self._nspawn.log()}".split())) from error

    def _has_booted(self):
        self._nspawn.check_alive()
        # "degraded" is a system, too: a unit that no container can run has failed.
        return self.run("systemctl", "is-system-running", check=False).stdout.strip() in {"running", "degraded"}

    def _leader(self):
        """The first process in there, by its number out here."""
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text(encoding="ascii").split()
        return children[0]

    def run(self, *words, check=True, timeout=120, **options):
        done = subprocess.run(["nsenter", "--target", self._leader(), "--all", "--", *_ENVIRONMENT, *words],
                              capture_output=True, text=True, timeout=timeout, check=False, **options)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)}: {done.stdout[-4000:]}{done.stderr[-4000:]}")
        return done

    def shell(self, text, **options):
        return self.run("sh", "-euc", text, **options)

    def read(self, path):
        return self.run("cat", path).stdout

    def write(self, path, text):
        self.run("sh", "-euc", 'mkdir -p "$(dirname "$1")"; cat >"$1"', "sh", path, input=text)

    def get(self, url):
        """What a client in there sees; the client is this machine's."""
        done = subprocess.run(["nsenter", "--target", self._leader(), "--net", "--", "curl", "--silent", "--show-error", "--fail",
                               "--max-time", "30", url], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{url}: {done.stderr.strip()}")
        return done.stdout

    def show(self, name):
        """A property of the service."""
        return self.run("systemctl", "show", f"--property={name}", "--value", "litellm-exporter").stdout.strip()

    def journal(self):
        return self.run("journalctl", "--unit=litellm-exporter", "--no-pager", "--output=cat").stdout

    def stop(self):
        """As a machine is switched off: systemd in there ends what runs."""
        self._nspawn.stop(deadline=60)

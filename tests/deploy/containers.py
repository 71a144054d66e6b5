# SPDX-License-Identifier: Apache-2.0
"""Images without an engine: Debian's buildah on a base that debootstrap makes."""

import json
import os
import shutil
import subprocess
from pathlib import Path

_ENVIRONMENT = {**os.environ, "STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}


def buildah(*arguments, timeout=3600, check=True):
    done = subprocess.run(["buildah", *map(str, arguments)], env=_ENVIRONMENT, capture_output=True, text=True,
                          timeout=timeout, check=False)
    if check and done.returncode != 0:
        raise RuntimeError(f"buildah {arguments[0]}: {done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done


def _mirror():
    """Where this machine gets Debian from."""
    sites = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE) $(CODENAME)"], capture_output=True, text=True,
                           timeout=3600, check=True).stdout.splitlines()
    return next(site.split()[0] for site in sites if site.endswith(" bookworm"))


def make_base(directory, name):
    """An image as debian:12-slim: the packages that every Debian has, and this machine's way to its mirror."""
    root = Path(directory) / "base"
    subprocess.run(["debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", str(root), _mirror()],
                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=3600, check=True)
    for settings in ("apt.conf", "apt.conf.d", "sources.list", "sources.list.d"):
        source = Path("/etc/apt") / settings
        if source.is_dir():
            shutil.copytree(source, root / "etc/apt" / settings, dirs_exist_ok=True)
        elif source.exists():
            shutil.copy(source, root / "etc/apt" / settings)
    container = Container("scratch")
    try:
        buildah("add", "--quiet", container.name, root, "/", timeout=3600)
        buildah("commit", "--quiet", container.name, name, timeout=3600)
    finally:
        container.remove()
        shutil.rmtree(root)


class Container:
    """A working container. What runs in it sees its files, and the network of this machine."""

    def __init__(self, image):
        self.name = buildah("from", image).stdout.strip()

    def run(self, *command, user="root", check=True, timeout=3600):
        return buildah("run", "--user", user, self.name, "--", *command, check=check, timeout=timeout)

    def argv(self, *command, user, env):
        """The command line that runs it, to be started and stopped by the caller."""
        variables = [f"--env={name}={value}" for name, value in env.items()]
        return ["buildah", "run", "--user", user, *variables, self.name, "--", *command]

    def copy_in(self, source, target):
        buildah("copy", "--quiet", self.name, source, target)

    def root(self):
        return Path(buildah("mount", self.name).stdout.strip())

    def remove(self):
        buildah("rm", self.name, check=False)


def configuration(image):
    """What the image says of itself: User, Entrypoint, Labels, ..."""
    return json.loads(buildah("inspect", "--type=image", image).stdout)["Docker"]["config"]


def environment():
    return dict(_ENVIRONMENT)

# SPDX-License-Identifier: Apache-2.0
"""The image as compose/Dockerfile builds it, run and scraped; and the Debian package that is built on the way:
installed, started, upgraded, removed."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from containers import Container, buildah, configuration, environment, make_base  # noqa: E402
from harness import EXPORTER_ROLE, IntegrationCase, patient, wait_until  # noqa: E402
from demo.exposition import parse_page, total  # noqa: E402
from demo.ports import free_port  # noqa: E402
from demo.process import Process  # noqa: E402
from demo.web import request  # noqa: E402

ROOT = Path(__file__).parents[2]
SKIP_CODE = 125
# Of this run alone: another may be under way.
TAG = f"{os.getpid()}"
BASE = f"localhost/litellm-exporter-base:{TAG}"
IMAGE = f"localhost/litellm-exporter:{TAG}"


SCRATCH = Path(tempfile.gettempdir()) / f"litellm-exporter-image-{TAG}"


def setUpModule():
    scratch = SCRATCH
    (scratch / "build").mkdir(parents=True)
    unittest.addModuleCleanup(lambda: buildah("rmi", "--force", IMAGE, BASE, check=False))
    unittest.addModuleCleanup(shutil.rmtree, scratch, ignore_errors=True)
    make_base(scratch, BASE)
    # As a fresh clone: nothing that is not in the repository is in the context.
    context = scratch / "context"
    subprocess.run(["git", "clone", "--quiet", "--local", ROOT, context], check=True, timeout=patient(60))
    # What the first stage builds stays outside, so that the package is at hand.
    buildah("bud", "--quiet", "--format=docker", f"--build-arg=BASE={BASE}", "--build-arg=REVISION=abc",
            f"--volume={scratch}/build:/source/build", "--file", context / "compose" / "Dockerfile", "--tag", IMAGE, context,
            timeout=7200)


class Image(IntegrationCase):
    def test_what_the_image_says_of_itself(self):
        config = configuration(IMAGE)
        self.assertEqual(config["User"], "65532:65532")
        self.assertEqual(config["Entrypoint"][0], "/usr/bin/litellm-exporter")
        self.assertEqual(config["Healthcheck"]["Test"], ["CMD", "/usr/bin/litellm-exporter", "healthcheck"])
        self.assertEqual(set(config["Volumes"]), {"/var/lib/litellm-exporter"})
        self.assertEqual(set(config["ExposedPorts"]), {"19400/tcp"})
        labels = {name.rpartition(".")[2]: value for name, value in config["Labels"].items()}
        version = re.search(r"project\(litellm-exporter VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
        self.assertEqual((labels["title"], labels["version"], labels["revision"]), ("litellm-exporter", version, "abc"))
        sizes = {}
        for image in json.loads(buildah("images", "--json").stdout):
            for name in image.get("names") or []:
                sizes[name] = image["size"]
        added = int(float(re.match(r"[\d.]+", sizes[IMAGE])[0])) - int(float(re.match(r"[\d.]+", sizes[BASE])[0]))
        self.assertLess(added, 60, f"MB on top of the base: {sizes[IMAGE]} - {sizes[BASE]}")

    def test_it_runs_serves_and_stops(self):
        container = Container(IMAGE)
        self.addCleanup(container.remove)
        config = configuration(IMAGE)
        port = free_port()
        env = {"DATABASE_URL": self.cluster.url(EXPORTER_ROLE, self.database)}
        # Neither a shell nor anything else of the image is needed.
        root = container.root()
        for program in ("bin/sh", "bin/bash", "bin/dash"):
            with contextlib.suppress(FileNotFoundError):
                (root / "usr" / program).rename(root / "usr" / (program + ".gone"))
        listen = f"--web.listen-address=127.0.0.1:{port}"
        argv = [*config["Entrypoint"], listen]
        process = Process.start(container.argv(*argv, user=config["User"], env=env), self.directory / "container.log",
                                env=environment())
        self.addCleanup(process.stop)
        url = f"http://127.0.0.1:{port}"

        def ready():
            process.check_alive()
            status, _, body = request(url + "/metrics")
            page = parse_page(body.decode()) if status == 200 else {}
            if total(page, "litellm_exporter_state_saved_timestamp_seconds") == 0:
                return None
            # Its other collectors may still be at their first poll.
            return page if request(url + "/-/ready")[0] == 200 else None
        page = wait_until(ready, 60, "the container has saved its state, the volume being its own, and is ready")
        self.assertEqual(total(page, "litellm_exporter_database_up"), 1)
        self.assertEqual(total(page, "litellm_exporter_build_info", revision="abc"), 1)
        pid = self.pid_of(listen)
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        self.assertRegex(status, r"\nUid:\t65532\t65532\t65532\t65532\n")
        done = container.run("/usr/bin/litellm-exporter", "healthcheck", listen, user=config["User"])
        self.assertEqual(done.stdout, f"{url}: answers 200: healthy\n")
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not process.alive(), 20, "the container ends")
        self.assertIn("msg=Stopped", process.log())

    @staticmethod
    def pid_of(word):
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = path.read_bytes().split(b"\0")
                if words[0] == b"/usr/bin/litellm-exporter" and word.encode() in words:
                    return int(path.parent.name)
        raise LookupError(word)


class Package(IntegrationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        built = list((SCRATCH / "build/release").glob("*.deb"))
        assert len(built) == 1, built
        cls.package = Path(shutil.copy(built[0], cls.directory))

    def older(self):
        """The same with a lower version and another default configuration, as a release before would be."""
        tree = self.directory / "older"
        subprocess.run(["dpkg-deb", "--raw-extract", self.package, tree], check=True, timeout=patient(60))
        control = tree / "DEBIAN" / "control"
        control.write_text(re.sub(r"(?m)^Version: .*$", "Version: 0.0.1", control.read_text(encoding="utf-8")), encoding="utf-8")
        default = tree / "etc/default/litellm-exporter"
        default.write_text(default.read_text(encoding="utf-8") + "# of the release before\n", encoding="utf-8")
        subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, self.directory / "older.deb"], check=True,
                       stdout=subprocess.DEVNULL, timeout=patient(60))
        return self.directory / "older.deb"

    @staticmethod
    def systemd(root):
        """None runs here; what stands in for it remembers what was switched on, and what it was told."""
        (root / "run/systemd/system").mkdir(parents=True, exist_ok=True)
        program = root / "usr/bin/systemctl"
        program.write_text("""#!/bin/sh
echo "$*" >>/tmp/told
case "$*" in
  *is-enabled*) [ -e /tmp/enabled ] ;;
  enable*) touch /tmp/enabled ;;
  disable*) rm -f /tmp/enabled ;;
esac
""", encoding="utf-8")
        program.chmod(0o755)

    def test_its_life(self):
        container = Container(BASE)
        self.addCleanup(container.remove)
        root = container.root()
        self.systemd(root)
        hint = "systemctl enable --now litellm-exporter"
        for package in (self.older(), self.package):
            container.copy_in(package, f"/tmp/{package.name}")

        def apt(*words):
            return container.run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "--no-install-recommends", *words,
                                 timeout=patient(600))
        apt("update")
        first = apt("install", "/tmp/older.deb")
        self.assertIn("/etc/litellm-exporter/database_url", first.stdout)
        self.assertIn(hint, first.stdout)
        secret = root / "etc/litellm-exporter/database_url"
        self.assertEqual((secret.stat().st_mode & 0o777, secret.stat().st_size), (0o600, 0))
        self.assertEqual(container.run("dpkg-query", "--show", "--showformat=${Version}", "litellm-exporter").stdout, "0.0.1")

        # The operator fills in the secret and changes the configuration.
        url = self.cluster.url(EXPORTER_ROLE, self.database)
        secret.write_text(url, encoding="utf-8")
        config = root / "etc/litellm-exporter/litellm-exporter.yml"
        config.write_text("objectives: {daily_spend_usd: 42}\n", encoding="utf-8")
        self.started_as_the_unit_says(container, root, url)
        container.run("systemctl", "enable", "--now", "litellm-exporter")

        upgrade = apt("install", f"/tmp/{self.package.name}")
        self.assertNotIn(hint, upgrade.stdout, "it is switched on")
        self.assertIn("try-restart litellm-exporter.service\n", (root / "tmp/told").read_text(encoding="utf-8"))
        self.assertEqual(config.read_text(encoding="utf-8"), "objectives: {daily_spend_usd: 42}\n")
        self.assertNotIn("of the release before", (root / "etc/default/litellm-exporter").read_text(encoding="utf-8"))
        self.assertEqual(secret.read_text(encoding="utf-8"), url)
        self.started_as_the_unit_says(container, root, url)

        apt("remove", "litellm-exporter")
        self.assertFalse((root / "usr/bin/litellm-exporter").exists())
        self.assertTrue(config.exists() and secret.exists(), "what the operator wrote stays until a purge")
        self.assertFalse((root / "tmp/enabled").exists())
        again = apt("install", f"/tmp/{self.package.name}")
        self.assertIn(hint, again.stdout, "the removal has switched it off")
        self.assertEqual(secret.read_text(encoding="utf-8"), url)
        apt("purge", "litellm-exporter")
        self.assertFalse((root / "etc/litellm-exporter").exists())

    def started_as_the_unit_says(self, container, root, url):
        """No systemd runs here; its part is played by hand: credentials, state directory, arguments."""
        unit = (root / "usr/lib/systemd/system/litellm-exporter.service").read_text(encoding="utf-8")
        command = re.search(r"(?m)^ExecStart=(.*)$", unit)[1].replace("$ARGS", "").split()
        state, credentials = root / "var/lib/litellm-exporter", root / "run/credentials"
        credentials.mkdir(parents=True, exist_ok=True)
        for name in re.findall(r"(?m)^LoadCredential=(\w+):", unit):
            shutil.copy(root / "etc/litellm-exporter" / name, credentials / name)
        state.mkdir(exist_ok=True)
        done = container.run("env", "CREDENTIALS_DIRECTORY=/run/credentials", "STATE_DIRECTORY=/var/lib/litellm-exporter",
                             command[0], "once", *command[1:])
        page = parse_page(done.stdout)
        self.assertEqual(total(page, "litellm_exporter_database_up"), 1)
        self.assertEqual(total(page, "litellm_objective_daily_spend_usd"), 42)
        self.assertNotIn(url, done.stdout + done.stderr)

    def test_what_is_in_it(self):
        listed = subprocess.run(["dpkg-deb", "--contents", self.package], capture_output=True, text=True, timeout=patient(60),
                                check=True).stdout
        for path in ("usr/bin/litellm-exporter", "usr/lib/systemd/system/litellm-exporter.service",
                     "usr/share/man/man1/litellm-exporter.1.gz", "etc/default/litellm-exporter",
                     "etc/litellm-exporter/litellm-exporter.yml", "usr/share/litellm-exporter/role.sql",
                     "usr/share/litellm-exporter/rules/alerts/slo.yml", "usr/share/litellm-exporter/rules/runbooks/Watchdog.md",
                     "usr/share/litellm-exporter/dashboards/litellm-overview.json", "usr/share/doc/litellm-exporter/copyright",
                     "usr/share/doc/litellm-exporter/changelog.gz", "usr/share/doc/litellm-exporter/README.md",
                     "usr/share/doc/litellm-exporter/exporter/METRICS.md", "usr/share/doc/litellm-exporter/compose/operations.md"):
            self.assertIn(f" ./{path}\n", listed)
        self.assertNotRegex(listed, r"[^ ]*(jsonnet|__pycache__)")
        depends = subprocess.run(["dpkg-deb", "--field", self.package, "Depends"], capture_output=True, text=True, timeout=patient(60),
                                 check=True).stdout
        for library in ("libpq5", "libssl3", "libcpp-httplib", "libc6"):
            self.assertIn(library, depends)


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("skipped: debootstrap makes the base image, and only root may")
        sys.exit(SKIP_CODE)
    unittest.main(verbosity=2)

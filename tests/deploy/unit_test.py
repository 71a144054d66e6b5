# SPDX-License-Identifier: Apache-2.0
"""The systemd unit: that systemd understands it, and how much it leaves open; and the man page."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

DIST = Path(__file__).parents[2] / "exporter" / "dist"
UNIT = DIST / "litellm-exporter.service"


def run(*argv):
    done = subprocess.run(list(map(str, argv)), capture_output=True, text=True, timeout=3600, check=False)
    return done.returncode, done.stdout + done.stderr


class Unit(unittest.TestCase):
    def test_systemd_understands_it(self):
        with tempfile.TemporaryDirectory() as directory:
            unit = Path(directory) / UNIT.name
            # The package is not installed here: some program stands in for its own.
            unit.write_text(UNIT.read_text(encoding="utf-8").replace("/usr/bin/litellm-exporter", "/bin/true")
                            .replace("Documentation=man:litellm-exporter(1)\n", ""), encoding="utf-8")
            code, output = run("systemd-analyze", "verify", "--man=no", unit)
            self.assertEqual((code, [line for line in output.splitlines() if UNIT.name in line]), (0, []), output)

    def test_it_leaves_little_open(self):
        code, output = run("systemd-analyze", "security", "--offline=true", "--threshold=20", UNIT)
        self.assertEqual(code, 0, output)
        score = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", output)[1])
        self.assertLessEqual(score, 2.0)

    def test_it_does_what_the_daemon_can(self):
        text = UNIT.read_text(encoding="utf-8")
        for line in ("Type=notify", "WatchdogSec=60", "DynamicUser=yes", "StateDirectory=litellm-exporter",
                     "LoadCredential=database_url:/etc/litellm-exporter/database_url", 'ExecReload=/bin/sh -c "kill -HUP $MAINPID"'):
            self.assertIn(line + "\n", text)

    def test_the_image_has_this_version(self):
        root = DIST.parents[1]
        version = re.search(r"project\(litellm-exporter VERSION (\S+)", (root / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
        self.assertIn(f"ARG VERSION={version}\n", (root / "compose" / "Dockerfile").read_text(encoding="utf-8"))

    def test_the_changelog_begins_with_this_version(self):
        version = re.search(r"project\(litellm-exporter VERSION (\S+)", (DIST.parents[1] / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
        self.assertTrue((DIST / "changelog").read_text(encoding="utf-8").startswith(f"litellm-exporter ({version}) "))

    def test_the_man_page(self):
        code, output = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", DIST / "litellm-exporter.1")
        self.assertEqual(code, 0, output)
        self.assertNotIn("warning", output)


if __name__ == "__main__":
    unittest.main(verbosity=2)

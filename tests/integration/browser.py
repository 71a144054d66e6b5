# SPDX-License-Identifier: Apache-2.0
"""Debian's Chromium, headless."""

import shutil
import subprocess

from harness import patient


def chromium(profile, url, *flags):
    """What it prints; its profile is kept in this directory."""
    program = shutil.which("chromium")
    if not program:
        raise FileNotFoundError("no chromium on PATH: is the package installed?")
    done = subprocess.run(
        [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
         f"--user-data-dir={profile}", *flags, url],
        capture_output=True, text=True, timeout=patient(120), check=False)
    if done.returncode != 0:
        raise RuntimeError(f"chromium: {done.stderr[-2000:]}")
    return done.stdout

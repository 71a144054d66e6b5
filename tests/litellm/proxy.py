# SPDX-License-Identifier: Apache-2.0
"""A real LiteLLM proxy as a child process, with tables as its own migrations make them."""

import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1] / "build" / "litellm"

sys.path.insert(0, str(HERE.parents[1] / "compose"))

from demo.server import Server  # noqa: E402


class Litellm(Server):
    READY = "/health/readiness"

    def __init__(self, version, directory, database_url):
        self.venv = ROOT / version
        self.master_key = f"sk-{secrets.token_hex(24)}"
        super().__init__("litellm", directory, env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("LITELLM_", "PG"))},
            "PATH": f"{self.venv / 'bin'}:{os.environ['PATH']}",
            "DATABASE_URL": database_url,
            "LITELLM_MASTER_KEY": self.master_key,
            "LITELLM_SALT_KEY": f"sk-{secrets.token_hex(24)}",
            # It asks nobody: neither for prices nor to tell how it is used.
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_TELEMETRY": "False",
            "DISABLE_SCHEMA_UPDATE": "true",
        })

    def argv(self):
        return [str(self.venv / "bin" / "litellm"), "--config", str(HERE / "config.yml"), "--host", "127.0.0.1",
                "--port", str(self.port)]

    def migrate(self):
        """Its migrations, and what its schema has beyond them: PyPI may lack the newest package of migrations."""
        extras = self.directory / "extras"
        shutil.copytree(self._package("litellm_proxy_extras"), extras)
        self._prisma("migrate", "deploy", cwd=extras)
        schema = self._package("litellm") / "proxy" / "schema.prisma"
        self._prisma("db", "push", "--skip-generate", "--accept-data-loss", "--schema", str(schema))

    def _package(self, name):
        return next(self.venv.glob(f"lib/python3*/site-packages/{name}"))

    def _prisma(self, *words, cwd=None):
        result = subprocess.run([self.venv / "bin" / "prisma", *words], cwd=cwd or self.directory, env=self._env,
                                capture_output=True, text=True, timeout=1200)
        if result.returncode != 0:
            raise RuntimeError(f"prisma {words[0]} {words[1]}: {(result.stdout + result.stderr)[-2000:]}")

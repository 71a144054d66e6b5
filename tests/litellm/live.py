# SPDX-License-Identifier: Apache-2.0
"""Runs the live test beside one LiteLLM that tests/litellm/check has installed.

usage: live.py VERSION
"""

import datetime
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from proxy import HERE, Litellm
from demo.postgres import EXPORTER_ROLE, ROLE, Cluster
from demo.scratch import scratch_directory

LIVE_TEST = HERE.parent / "integration" / "live_test.py"
TRIED = HERE / "tried.json"
DATABASE = "litellm"


def run(version):
    """The exit code of the live test, and the version of PostgreSQL."""
    with scratch_directory() as name:
        directory = Path(name)
        cluster = Cluster.create(directory / "postgres", durable=False)
        try:
            cluster.query(f"CREATE DATABASE {DATABASE}")
            proxy = Litellm(version, directory / "litellm", cluster.url(database=DATABASE))
            proxy.migrate()
            # As an operator makes it: after LiteLLM's tables.
            cluster.psql(DATABASE, ROLE, stop_at_error=False)
            proxy.launch()
            try:
                proxy.wait_ready(deadline=180)
                postgresql = cluster.query("SHOW server_version_num")[0][0][:2]
                return watch(proxy, version, cluster.url(EXPORTER_ROLE, DATABASE)), postgresql
            finally:
                proxy.stop()
        finally:
            cluster.stop("immediate")


def watch(proxy, version, database_url):
    """The exit code of the live test beside this proxy."""
    result = subprocess.run([sys.executable, LIVE_TEST], timeout=3600, check=False, env={
        **os.environ,
        "DATABASE_URL": database_url,
        "LITELLM_BASE_URL": proxy.url,
        "LITELLM_MASTER_KEY": proxy.master_key,
        "LITELLM_TEST_VERSION": version,
        "LITELLM_TEST_FAILURES": "mock-400=400,mock-429=429,mock-500=500",
    })
    if result.returncode != 0:
        sys.stderr.write(proxy.log()[-8000:])
    return result.returncode


def note(version, postgresql):
    """What the README's table is made of."""
    tried = json.loads(TRIED.read_text(encoding="utf-8")) if TRIED.exists() else {}
    tried[version] = {"date": str(datetime.date.today()), "python": platform.python_version(),
                      "postgresql": postgresql}
    TRIED.write_text(json.dumps(tried, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    code, database = run(sys.argv[1])
    if code == 0 and os.environ.get("UPDATE") == "1":
        note(sys.argv[1], database)
    sys.exit(code)

# SPDX-License-Identifier: Apache-2.0
"""A server that says what statements cost it, and what a process has taken. For the programs beside it."""

import contextlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from harness import DATABASE  # noqa: E402
from demo.postgres import Cluster  # noqa: E402
from demo.scratch import scratch_directory  # noqa: E402


@contextlib.contextmanager
def measured_cluster():
    """The cluster, with pg_stat_statements, and a directory for whatever else is needed."""
    with scratch_directory() as scratch:
        cluster = Cluster.create(Path(scratch) / "postgres", durable=False, settings={
            "shared_buffers": "2GB", "max_wal_size": "8GB", "shared_preload_libraries":
            "pg_stat_statements", "pg_stat_statements.track_planning": "on"})
        try:
            cluster.create_database(DATABASE)
            cluster.query("CREATE EXTENSION pg_stat_statements", database=DATABASE)
            yield cluster, Path(scratch)
        finally:
            cluster.stop("immediate")


def peak_memory(pid):
    """The most resident memory that the process ever had, in megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM")

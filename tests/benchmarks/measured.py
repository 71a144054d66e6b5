# SPDX-License-Identifier: Apache-2.0
"""A server that says what statements cost it, an exporter with as many series as are wanted, and what a process
has taken. For the programs beside it."""

import contextlib
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from harness import DATABASE, EXPORTER_ROLE, metric  # noqa: E402
from demo.exporter import Exporter  # noqa: E402
from demo.postgres import Cluster  # noqa: E402
from demo.scratch import scratch_directory  # noqa: E402

FILL_TAGS = """
INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens,
    "startTime", "endTime", model, model_group, custom_llm_provider, metadata, cache_hit, request_tags, status)
SELECT gen_random_uuid()::text, 'acompletion', '', 0.001, 120, 100, 20, at, at, 'm', 'm', 'p', '{{}}', 'None',
    jsonb_build_array('tag-' || lpad((n * {spread})::text, 6, '0')), 'success'
FROM generate_series(0, {tags} - 1) n, (SELECT now() AT TIME ZONE 'UTC' AS at) now"""


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


def exporter_of(cluster, directory, poll_interval="2s"):
    """An exporter without a limit of series, ready."""
    exporter = Exporter(directory, cluster.url(EXPORTER_ROLE, DATABASE), config=(
        f"database: {{poll_interval: {poll_interval}}}\nlimits: {{series_per_family: 1000000}}\n"))
    exporter.start()
    exporter.wait_ready()
    return exporter


def fill_tags(cluster, tags, spread=1):
    """A request for each of so many tags, which are two series; of a `spread` of 3 for every third tag."""
    cluster.query(FILL_TAGS.format(tags=tags, spread=spread), database=DATABASE)


def counted_tags(exporter):
    return metric(exporter, "litellm_tag_requests_total")


def cpu_seconds(pid):
    """Processor time that the process has taken, as exact as the kernel knows it."""
    # How Linux names the processor clock of another process.
    return time.clock_gettime((~pid << 3) | 2)


def _kilobytes(pid, name):
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise RuntimeError(f"no {name}")


def memory(pid):
    """Resident memory in megabytes."""
    return _kilobytes(pid, "VmRSS") * 1024 / 1e6


def peak_memory(pid):
    """The most resident memory that the process ever had, in megabytes."""
    return _kilobytes(pid, "VmHWM") * 1024 / 1e6

# SPDX-License-Identifier: Apache-2.0
"""A server that says what statements cost it, rows to fill it with, other work on the processors, and what a
process has taken. For the programs beside it."""

import argparse
import contextlib
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from harness import DATABASE  # noqa: E402
from demo.postgres import Cluster  # noqa: E402
from demo.scratch import scratch_directory  # noqa: E402

# The spend log alone, so that the role's statements are those of its polls. What is not read then has gauges
# only, or is counted from elsewhere.
ALONE = ("spend_log: {source: log}\nfamilies: {gateway: false}\nentities: {poll_interval: 1h}\ncollectors:\n"
         + "".join(f"  {name}: {{enabled: false}}\n" for name in (
             "keys", "teams", "users", "organizations", "projects", "tags", "team_members", "organization_members",
             "access_groups", "agents", "spend", "audit", "spend_log_table", "model_health", "workers",
             "mcp_servers", "accounting")))

# {fields}: how many names of the metadata nobody reads; with 40 it is as large as LiteLLM's own, two kilobytes,
# most of it model prices.
FILL = """
INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, total_tokens, prompt_tokens,
    completion_tokens, "startTime", "endTime", "completionStartTime", model, model_group,
    custom_llm_provider, metadata, cache_hit, request_tags, team_id, end_user, status)
SELECT gen_random_uuid()::text, 'acompletion', encode(sha256((n % 200)::text::bytea), 'hex'),
    0.001 * (n % 100), 120, 100, 20, at, at + interval '3 seconds', at + interval '1 second',
    'm' || n % 20, 'm' || n % 20, 'p' || n % 4,
    jsonb_build_object('user_api_key_alias', 'key-' || n % 200, 'status', null,
        'usage_object', jsonb_build_object('prompt_tokens_details',
            jsonb_build_object('cached_tokens', 5)),
        'guardrail_information', null, 'attempted_retries', 0,
        'model_map_information', prices), 'None', '["batch", "User-Agent: x"]', 'team-' || n % 10,
    '', 'success'
FROM (SELECT n, (now() AT TIME ZONE 'UTC') - n * interval '1 second' / {rate} AS at
      FROM generate_series(1, {rows}) n) numbers,
     (SELECT jsonb_object_agg('field_number_' || j, md5(j::text)) AS prices
      FROM generate_series(1, {fields}) j) prices
"""


def fill(cluster, rows, rate, fields=40):
    """Adds so many rows, at this rate a second up to now."""
    cluster.query(FILL.format(rows=rows, rate=rate, fields=fields), database=DATABASE)
    cluster.query("VACUUM ANALYZE", database=DATABASE)


def arguments(text):
    """A parser that prints `text`, a program's docstring, for --help."""
    return argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)


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


@contextlib.contextmanager
def busy_processes(count):
    """Other work: so many processes that do nothing but want a processor."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for one in busy:
            one.kill()
            one.wait()


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

# SPDX-License-Identifier: Apache-2.0
"""What counting from LiteLLM's daily sums costs: the first reading beside `psql \\copy` of the same columns,
then the database's and the exporter's time a poll while some groups grow. Prints figures, never fails.

usage: sums.py [ROWS OF TWO DAYS, default 1500000] [MINUTES, default 5]
"""

import subprocess
import sys
import time

from measured import cpu_seconds, measured_cluster, peak_memory
from harness import EXPORTER_ROLE
from demo.exporter import Exporter
from demo.process import wait_until

POLL_SECONDS = 15

# As many keys as there are rows for 50 models at 3 endpoints.
FILL = """
INSERT INTO "LiteLLM_DailyUserSpend" (id, user_id, api_key, date, model, model_group, custom_llm_provider,
    mcp_namespaced_tool_name, endpoint, prompt_tokens, completion_tokens, cache_read_input_tokens, spend, api_requests,
    successful_requests, failed_requests, updated_at)
SELECT gen_random_uuid()::text, 'user-' || n % 3000, encode(sha256((n / 150)::text::bytea), 'hex'),
    to_char((now() AT TIME ZONE 'UTC') - n % 2 * interval '1 day', 'YYYY-MM-DD'), 'model-' || n / 3 % 50,
    'group-' || n / 3 % 50, 'provider-' || n / 3 % 5, '', '/endpoint/' || n % 3, 900, 100, 50, 0.5, 10, 9, 1, now()
FROM generate_series(0, {rows} - 1) n"""

GROW = """
UPDATE "LiteLLM_DailyUserSpend" SET successful_requests = successful_requests + 1, spend = spend + 0.01, updated_at = now()
WHERE date = to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')
  AND api_key IN (SELECT encode(sha256(n::text::bytea), 'hex') FROM generate_series(0, 19) n)"""

# What the exporter selects; see exporter/collectors/sums_reader.cpp.
SELECT = """SELECT date, id, left(user_id, 1000), left(api_key, 1000), left(model, 1000), left(model_group, 1000),
    left(custom_llm_provider, 1000), left(mcp_namespaced_tool_name, 1000), successful_requests, failed_requests, spend,
    prompt_tokens, completion_tokens, cache_read_input_tokens, cache_creation_input_tokens FROM "LiteLLM_DailyUserSpend" """


def copy_seconds(cluster):
    begin = time.monotonic()
    subprocess.run(["psql", "--quiet", "--no-psqlrc", cluster.url(database="litellm"), "--command",
                    f"\\copy ({' '.join(SELECT.split())}) TO '/dev/null'"], check=True)
    return time.monotonic() - begin


def database_milliseconds(cluster):
    return cluster.query("""
        SELECT coalesce(sum(total_exec_time + total_plan_time), 0)::float8 FROM pg_stat_statements s
        JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname = %s AND query LIKE '%%Daily%%Spend%%'""", (EXPORTER_ROLE,),
                         database="litellm")[0][0]


def watch(cluster, exporter, minutes, what):
    """A minute in which groups grow is one poll in four: as LiteLLM's flush of 60 seconds."""
    for _ in range(minutes):
        cluster.query(GROW, database="litellm")
        cluster.query("SELECT pg_stat_statements_reset()", database="litellm")
        cpu, begin = cpu_seconds(exporter.pid), time.monotonic()
        time.sleep(60)
        polls = (time.monotonic() - begin) / POLL_SECONDS
        print(f"{what}: {database_milliseconds(cluster) / polls:.1f} ms in the database and"
              f" {(cpu_seconds(exporter.pid) - cpu) * 1000 / polls:.0f} ms of the exporter's processor a poll,"
              f" {peak_memory(exporter.pid):.0f} MB", flush=True)


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_500_000
    minutes = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with measured_cluster() as (cluster, scratch):
        cluster.query(FILL.format(rows=rows), database="litellm")
        cluster.query("VACUUM ANALYZE", database="litellm")
        copied = min(copy_seconds(cluster) for _ in range(2))
        for source in ("auto", "daily"):
            (scratch / source).mkdir()
            exporter = Exporter(scratch / source, cluster.url(EXPORTER_ROLE, "litellm"),
                                config=f"database: {{poll_interval: {POLL_SECONDS}s}}\nspend_log: {{source: {source}}}\n")
            begin = time.monotonic()
            exporter.start()
            exporter.wait_ready(60)
            wait_until(lambda e=exporter: "knowing LiteLLM's daily sums" in e.log(), 900, "the first reading")
            first = time.monotonic() - begin
            print(f"{rows} rows, source {source}: psql \\copy {copied:.2f} s, known {first:.2f} s after the start,"
                  f" ratio {first / copied:.2f}, {cpu_seconds(exporter.pid):.1f} s of the exporter's processor,"
                  f" {peak_memory(exporter.pid):.0f} MB", flush=True)
            watch(cluster, exporter, minutes, f"source {source}")
            exporter.stop()


if __name__ == "__main__":
    main()

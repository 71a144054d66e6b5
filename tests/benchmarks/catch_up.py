# SPDX-License-Identifier: Apache-2.0
"""How fast rows written while the exporter was down are counted, beside `psql \\copy` of the same
columns; then what a poll of a large table costs the database. Prints figures, never fails.

usage: catch_up.py [ROWS, default 1000000] [ROWS OF THE LARGE TABLE, default 3000000]
"""

import subprocess
import sys
import time

from measured import measured_cluster, peak_memory
from harness import EXPORTER_ROLE, metric
from demo.exporter import Exporter
from demo.process import wait_until

# Metadata as large as LiteLLM's own: two kilobytes, most of it model prices.
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
      FROM generate_series(1, 40) j) prices
"""

# What the exporter selects; see exporter/spendlog/columns.cpp.
SELECT = """SELECT request_id, date_part('epoch', "startTime"), date_part('epoch', "endTime"),
    date_part('epoch', "completionStartTime"), model, model_group, custom_llm_provider, status,
    m ->> 'status', m #>> '{error_information,error_class}', m #>> '{error_information,error_code}',
    api_key, m ->> 'user_api_key_alias', team_id, m ->> 'user_api_key_team_alias', "user", end_user,
    request_tags, spend, prompt_tokens, completion_tokens, total_tokens,
    m #>> '{usage_object,prompt_tokens_details,cached_tokens}',
    m #>> '{usage_object,cache_read_input_tokens}',
    m #>> '{usage_object,completion_tokens_details,reasoning_tokens}', m ->> 'attempted_retries',
    m ->> 'attempted_fallbacks', cache_hit, call_type, model_id, api_base, organization_id, agent_id,
    mcp_namespaced_tool_name, m -> 'guardrail_information', m #>> '{mcp_tool_call_metadata,namespaced_tool_name}',
    m #>> '{additional_usage_values,cache_read_input_tokens}',
    m #>> '{usage_object,prompt_tokens_details,cache_creation_tokens}',
    m #>> '{usage_object,prompt_tokens_details,cache_write_tokens}', m #>> '{usage_object,cache_creation_input_tokens}',
    m #>> '{additional_usage_values,cache_creation_input_tokens}', m ->> 'original_model_group',
    m ->> 'litellm_overhead_time_ms', m ->> 'billed_retry_attempt', m ->> 'internal_call_origin', m -> 'batch_models',
    m #>> '{usage_object,prompt_tokens_details,audio_tokens}', m #>> '{usage_object,prompt_tokens_details,image_tokens}',
    m #>> '{usage_object,completion_tokens_details,audio_tokens}',
    m #>> '{usage_object,completion_tokens_details,image_tokens}', m #>> '{cost_breakdown,input_cost}',
    m #>> '{cost_breakdown,output_cost}', m #>> '{cost_breakdown,tool_usage_cost}', m #>> '{cost_breakdown,service_tier}',
    m #>> '{usage_object,service_tier}', m ->> 'user_api_key_org_id', m ->> 'user_api_key_project_id',
    m ->> 'user_api_key_project_alias'
    FROM (SELECT *, metadata || '{}' AS m FROM "LiteLLM_SpendLogs" OFFSET 0) r"""


def copy_seconds(cluster):
    begin = time.monotonic()
    subprocess.run(["psql", "--quiet", "--no-psqlrc", cluster.url(database="litellm"), "--command",
                    f"\\copy ({' '.join(SELECT.split())}) TO '/dev/null'"], check=True)
    return time.monotonic() - begin


def catch_up(cluster, directory, rows):
    exporter = Exporter(directory, cluster.url(EXPORTER_ROLE, "litellm"),
                        config="database: {poll_interval: 1s}\n")
    exporter.start()
    exporter.wait_ready()
    exporter.stop()
    cluster.query(FILL.format(rows=rows, rate=100), database="litellm")
    cluster.query("VACUUM ANALYZE", database="litellm")
    copied = min(copy_seconds(cluster) for _ in range(2))
    begin = time.monotonic()
    exporter.start()
    wait_until(lambda: metric(exporter, "litellm_exporter_spend_log_rows_total") == rows, 600,
               "all rows are counted")
    counted = time.monotonic() - begin
    print(f"{rows} rows: psql \\copy {copied:.2f} s, counted {counted:.2f} s after the start,"
          f" ratio {counted / copied:.2f}, peak memory {peak_memory(exporter.pid):.0f} MB")
    exporter.stop()


def poll_cost(cluster, directory, rows):
    cluster.query('TRUNCATE "LiteLLM_SpendLogs"', database="litellm")
    cluster.query(FILL.format(rows=rows, rate=20), database="litellm")
    cluster.query("VACUUM ANALYZE", database="litellm")
    exporter = Exporter(directory, cluster.url(EXPORTER_ROLE, "litellm"),
                        config="database: {poll_interval: 15s}\n")
    exporter.start()
    exporter.wait_ready(60)
    for name in ("first", "second", "third"):
        cluster.query(FILL.format(rows=300, rate=20), database="litellm")
        cluster.query("SELECT pg_stat_statements_reset()", database="litellm")
        polls = metric(exporter, "litellm_exporter_polls_total", collector="spend_log")
        wait_until(lambda: metric(exporter, "litellm_exporter_polls_total",
                                  collector="spend_log") > polls, 60, "a poll")
        spent, calls = cluster.query(
            """SELECT sum(total_exec_time + total_plan_time), sum(calls) FROM pg_stat_statements s
               JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname = %s""", (EXPORTER_ROLE,),
            database="litellm")[0]
        print(f"{name} poll of 300 new rows in {rows}: {spent:.1f} ms in the database,"
              f" {calls} statements")
    exporter.stop()


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    large = int(sys.argv[2]) if len(sys.argv) > 2 else 3_000_000
    with measured_cluster() as (cluster, scratch):
        for name in ("one", "two"):
            (scratch / name).mkdir()
        catch_up(cluster, scratch / "one", rows)
        poll_cost(cluster, scratch / "two", large)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""How fast rows written while the exporter was down are counted, beside `psql \\copy` of the same columns to a
null device: first a hundred rows a second over hours, then all of them within one range of the poll. Prints
figures, never fails.

Needs 3 GB of disk for each million rows."""

import subprocess
import time

from measured import arguments, busy_processes, fill, measured_cluster, peak_memory
from harness import EXPORTER_ROLE, metric
from demo.exporter import Exporter
from demo.process import wait_until

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


def catch_up(cluster, directory, rows, rate, load):
    cluster.query('TRUNCATE "LiteLLM_SpendLogs"', database="litellm")
    directory.mkdir()
    exporter = Exporter(directory, cluster.url(EXPORTER_ROLE, "litellm"),
                        # One poll: the next reads what is younger than half a minute again.
                        config="database: {poll_interval: 1h}\n")
    exporter.start()
    exporter.wait_ready()
    exporter.stop()
    fill(cluster, rows, rate)
    copy_seconds(cluster)
    with busy_processes(load):
        before = copy_seconds(cluster)
        begin = time.monotonic()
        exporter.start()
        wait_until(lambda: metric(exporter, "litellm_exporter_spend_log_rows_total") == rows, 1800,
                   "all rows are counted")
        counted = time.monotonic() - begin
        # On both sides of ours: other work is not always the same.
        copied = (before + copy_seconds(cluster)) / 2
    print(f"{rows} rows at {rate:.0f} a second beside {load} busy processes: psql \\copy {copied:.2f} s, counted"
          f" {counted:.2f} s after the start, ratio {counted / copied:.2f},"
          f" {metric(exporter, 'litellm_exporter_spend_log_duplicate_rows_total'):.0f} rows read twice,"
          f" {metric(exporter, 'litellm_exporter_poll_failures_total'):.0f} polls failed,"
          f" peak memory {peak_memory(exporter.pid):.0f} MB", flush=True)
    exporter.stop()


def main():
    parser = arguments(__doc__)
    parser.add_argument("rows", type=int, nargs="*", default=[1_000_000], help="default 1000000")
    parser.add_argument("--load", type=int, default=0, metavar="N", help="busy processes beside both, default 0")
    options = parser.parse_args()
    with measured_cluster() as (cluster, scratch):
        for rows in options.rows:
            for name, rate in (("hours", 100), ("range", rows / 600)):
                catch_up(cluster, scratch / f"{rows}-{name}", rows, rate, options.load)


if __name__ == "__main__":
    main()

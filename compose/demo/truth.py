# SPDX-License-Identifier: Apache-2.0
"""The truth to compare with: what the spend log, or a table like it, says, and what Prometheus says."""

from typing import NamedTuple


class Totals(NamedTuple):
    requests: int = 0
    failures: int = 0
    spend: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0

    def minus(self, earlier):
        return Totals(*(now - then for now, then in zip(self, earlier)))


# LiteLLM's own calls, billed attempts and health probes cost what they cost, and nobody asked for them.
_IS_REQUEST = """coalesce(metadata->>'internal_call_origin', '') = ''
        AND lower(coalesce(metadata->>'billed_retry_attempt', '')) <> 'true' AND api_key <> 'litellm-internal-health-check'"""
# The index on "startTime" serves both; the condition also leaves no reason to read all of a large table.
_TOTALS = f"""
SELECT count(*) FILTER (WHERE {_IS_REQUEST}),
       count(*) FILTER (WHERE {_IS_REQUEST}
                        AND coalesce(nullif(status, ''), metadata->>'status', 'success') = 'failure'),
       coalesce(sum(spend), 0), coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0)
FROM "{{table}}" WHERE "startTime" >= %s"""
_P95 = f"""
SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM "endTime" - "startTime"))
FROM "{{table}}" WHERE "startTime" >= %s AND "endTime" >= %s AND {_IS_REQUEST}"""


def table_totals(connection, table, since="-infinity"):
    """Totals of the rows that began at `since` (naive UTC) or later."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS.format(table=table), (since,))
        return Totals(*cursor.fetchone())


def table_p95_seconds(connection, table, since="-infinity", ended_since="-infinity"):
    """The 95th percentile of the durations, None without rows."""
    with connection.cursor() as cursor:
        cursor.execute(_P95.format(table=table), (since, ended_since))
        value = cursor.fetchone()[0]
        return None if value is None else float(value)


def prometheus_totals(prometheus):
    return Totals(*(prometheus.value(f"sum({name})") for name in (
        "litellm_requests_total", "litellm_errors_total", "litellm_spend_usd_total",
        "litellm_input_tokens_total", "litellm_output_tokens_total")))


def prometheus_p95_seconds(prometheus):
    return prometheus.value(
        "histogram_quantile(0.95, sum by (le) (litellm_request_duration_seconds_bucket))", None)

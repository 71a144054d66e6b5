# SPDX-License-Identifier: Apache-2.0
"""An exporter with as many series as are wanted: tags, of which each is two."""

from measured import DATABASE
from harness import EXPORTER_ROLE, metric
from demo.exporter import Exporter

FILL_TAGS = """
INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens,
    "startTime", "endTime", model, model_group, custom_llm_provider, metadata, cache_hit, request_tags, status)
SELECT gen_random_uuid()::text, 'acompletion', '', 0.001, 120, 100, 20, at, at, 'm', 'm', 'p', '{{}}', 'None',
    jsonb_build_array('tag-' || lpad((n * {spread})::text, 6, '0')), 'success'
FROM generate_series(0, {tags} - 1) n, (SELECT now() AT TIME ZONE 'UTC' AS at) now"""


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

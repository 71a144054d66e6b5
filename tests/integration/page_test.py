# SPDX-License-Identifier: Apache-2.0
"""The whole page, byte for byte, against the one that is stored: whatever is rebuilt inside, it stays.

To store a new page after a change that is meant: UPDATE=1 page_test.py. The stored state stays: it is what an upgrade finds.
"""

import os
import re
import shutil
import unittest
from pathlib import Path

from harness import EXPORTER_ROLE, FAST, IntegrationCase, keep_clear_of
from demo.fake_litellm import KEY, FakeLitellm
from demo.ports import free_port
from rows import failure, insert, key_hash

DATA = Path(__file__).parents[1] / "data"
GOLDEN = DATA / "page.txt"
# What was saved when the last page of the golden file was made, by the version that made it first.
STATE = DATA / "state-version-2"
PAST, FUTURE = "2020-02-02 20:20:20", "2095-05-05 05:05:05"
ONE, TWO, OLD = (key_hash(name) for name in ("one", "two", "old"))

# A poll that fails would be on the page.
CONFIG = FAST.replace("statement_timeout: 20s", "statement_timeout: 1m") + """
families: {users: true, end_users: true}
collectors: {end_users: {enabled: true}}
limits: {series_per_family: 400}
objectives: {availability_ratio: 0.995, latency_seconds: {default: 5, "gpt-4o": 2.5}, daily_spend_usd: 100}
"""

# What depends on the clock, the build or the size of a file: only that it is there.
VOLATILE = re.compile(
    r"^(litellm_exporter_(?:build_info|collector_duration_seconds|collector_last_success_timestamp_seconds"
    r"|config_last_reload_success_timestamp_seconds|state_saved_timestamp_seconds|spend_log_lag_seconds_\w+)"
    r"|litellm_spend_log_(?:bytes|oldest\w+|rows_estimate)|litellm_health_check_duration_seconds)(\{.*\})? .*$", re.M)

ENTITIES = f"""
INSERT INTO "LiteLLM_BudgetTable" (budget_id, max_budget, soft_budget, tpm_limit, budget_reset_at, created_by, updated_by)
  VALUES ('b1', 300, 250, 5000, '{FUTURE}', 'a', 'a'), ('unlimited', NULL, NULL, NULL, NULL, 'a', 'a');
INSERT INTO "LiteLLM_VerificationToken" (token, key_alias, team_id, max_budget, spend, rpm_limit, budget_reset_at,
    expires, blocked, auto_rotate, key_rotation_at, last_active, budget_id, created_at)
  VALUES ('{ONE}', 'batch "a\\b"', 't1', 20, 16.5, 60, '{FUTURE}', '{FUTURE}', false, true, '{FUTURE}', '{PAST}', NULL, '{PAST}'),
         ('{TWO}', 'web', 't2', 7, 1, NULL, NULL, NULL, true, NULL, NULL, NULL, 'b1', '{PAST}'),
         ('{OLD}', 'old', NULL, 0, 0, NULL, NULL, '{PAST}', NULL, NULL, NULL, NULL, NULL, '{PAST}');
INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, max_budget, soft_budget, spend, blocked, tpm_limit)
  VALUES ('t1', 'search', 200, 150, 12, true, 9000), ('t2', 'free', NULL, NULL, 0, false, NULL);
UPDATE "LiteLLM_TeamTable" SET tpd_limit = 70000, max_parallel_requests = 8,
    budget_limits = '[{{"budget_duration": "1d", "max_budget": 10}}, {{"budget_duration": "7d", "max_budget": 50}}]',
    model_max_budget = '{{"gpt-4o": {{"budget_limit": 5, "time_period": "1d"}}}}',
    metadata = '{{"model_rpm_limit": {{"gpt-4o": 30}}, "model_tpm_limit": {{"gpt-4o": 600}}}}' WHERE team_id = 't1';
INSERT INTO "LiteLLM_BudgetWindowSpend" (entity_type, entity_id, window_duration, window_start, spend, updated_at)
  VALUES ('team', 't1', '7d', '{PAST}', 3, '{PAST}'), ('model_max_budget', 'team_model_spend:t1:gpt-4o:1d', '1d', '{PAST}', 2, '{PAST}');
INSERT INTO "LiteLLM_UserTable" (user_id, user_alias, max_budget, spend) VALUES ('u1', 'somebody', 50, 1);
INSERT INTO "LiteLLM_OrganizationTable" (organization_id, organization_alias, budget_id, spend, created_by, updated_by)
  VALUES ('o1', 'lab', 'b1', 99, 'a', 'a');
INSERT INTO "LiteLLM_ProjectTable" (project_id, project_alias, budget_id, spend, blocked, created_by, updated_by)
  VALUES ('p1', 'pilot', 'b1', 4, true, 'a', 'a');
INSERT INTO "LiteLLM_TagTable" (tag_name, budget_id, spend) VALUES ('nightly', 'b1', 5);
INSERT INTO "LiteLLM_TeamMembership" (user_id, team_id, budget_id, spend) VALUES ('u1', 't1', 'b1', 6);
INSERT INTO "LiteLLM_OrganizationMembership" (user_id, organization_id, budget_id, spend) VALUES ('u1', 'o1', 'b1', 7);
INSERT INTO "LiteLLM_ModelAccessGroupBudgetTable" (access_group_name, budget_id, spend) VALUES ('beta', 'b1', 9);
INSERT INTO "LiteLLM_AgentsTable" (agent_id, agent_name, agent_card_params, spend, rpm_limit, created_by, updated_by)
  VALUES ('a1', 'scout', '{{}}', 1.5, 20, 'a', 'a');
INSERT INTO "LiteLLM_EndUserTable" (user_id, alias, budget_id, spend, blocked) VALUES ('c1', 'customer', 'b1', 8, true);
"""


def log_rows():
    """Of every kind that the families tell apart; times are relative, so that durations are exact."""
    usage = {"prompt_tokens_details": {"cached_tokens": 30}, "completion_tokens_details": {"reasoning_tokens": 7},
             "cache_creation_input_tokens": 11}
    who = {"api_key": ONE, "team_id": "t1", "user": "u1", "end_user": "e1"}
    times = {"startTime": -10, "endTime": -4, "completionStartTime": -9}
    yield {**who, **times, "spend": 0.25, "prompt_tokens": 100, "completion_tokens": 11, "total_tokens": 111,
           "request_tags": ["a", "nightly", "User-Agent: curl/8"], "mcp_namespaced_tool_name": "wiki-search",
           "metadata": {"usage_object": usage, "attempted_retries": 2, "attempted_fallbacks": 1,
                        "guardrail_information": [{"guardrail_name": "pii",
                                                   "guardrail_status": "guardrail_intervened"}]}}
    yield {**who, "cache_hit": "True", "total_tokens": 5, "prompt_tokens": 5}
    yield {**who, "model_group": "gpt-4o", "total_tokens": 9, "prompt_tokens": 4, "completion_tokens": 5}
    yield {**who, **failure("litellm.Timeout", "408")}
    yield {"api_key": TWO, "team_id": "t2", "model_group": "claude\n\"3\"", "custom_llm_provider": "anthropic",
           "spend": 1 / 3, "total_tokens": 3, "prompt_tokens": 1, "completion_tokens": 2}
    yield failure("SomethingElse", "599", model_group="no-such-model")
    # Strange ones: what cannot be is left out and counted.
    yield {"startTime": -1, "endTime": -5}
    yield {"spend": float("nan")}
    yield {"prompt_tokens": -5}
    yield {"metadata": "[1, 2]"}
    yield {"request_tags": None, "team_id": None, "end_user": None, "cache_hit": None, "model_group": None,
           "custom_llm_provider": None, "status": None, "model": ""}


# What came after the stored state, and counters of the exporter's own that used to be there at 0.
SINCE = re.compile(
    r"litellm_route_requests_total|litellm_mcp_tool_spend_usd_total"
    r"|invalid_rows_total\{reason=\"(?:overhead|cost_breakdown|dimensions)|series_overflow_total\{.*\} 0$")


def counted(page):
    """The part of a page that comes from the state, without what the exporter tells of this process."""
    counters = page.partition("# HELP litellm_exporter_series ")[0]
    return [line for line in counters.splitlines() if not ("spend_log_lag_seconds" in line or SINCE.search(line))]


class WholePage(IntegrationCase):
    maxDiff = None

    def comparable(self, page, fake):
        page = page.replace(fake.url, "http://proxy:4000")
        return VOLATILE.sub(lambda line: line[1] + ("" if "build_info" in line[1] else line[2] or "") + " *", page)

    def test_byte_for_byte(self):
        keep_clear_of(86400)
        fake = FakeLitellm("good")
        fake.start()
        self.addCleanup(fake.stop)
        self.sql(ENTITIES)
        exporter = self.exporter(CONFIG + f"litellm: {{urls: ['{fake.url}'], key: {KEY}, timeout: 30s}}\n", start=False,
                                 url=self.cluster.url(EXPORTER_ROLE, self.database))
        exporter.once()
        insert(self.cluster.connect(database=self.database), list(log_rows()))
        # New series are shown at 0, and then what they count.
        pages = [exporter.once() for _ in range(2)]
        found = "".join(f"---- page {number}\n{self.comparable(page, fake)}" for number, page in enumerate(pages, 1))
        if os.environ.get("UPDATE"):
            GOLDEN.write_text(found, encoding="utf-8")
            if not STATE.exists():
                shutil.copy(exporter.state / "state", STATE)
        self.assertEqual(found.splitlines(), GOLDEN.read_text(encoding="utf-8").splitlines())

    def test_the_state_of_the_version_before(self):
        """An upgrade shows what was counted before it, though the database is away."""
        exporter = self.exporter(CONFIG, start=False, url=f"postgresql://a@127.0.0.1:{free_port()}/b")
        shutil.copy(STATE, exporter.state / "state")
        (exporter.state / "state").chmod(0o600)
        self.assertEqual(counted(exporter.once()), counted(GOLDEN.read_text(encoding="utf-8").partition("---- page 2\n")[2]))


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""Budgets, keys and the audit against what SQL put into the tables."""

import datetime
import json
import unittest

from harness import EXPORTER_ROLE, FAST, IntegrationCase, keep_clear_of, metric, parse_page, wait_polls, wait_until
from rows import insert, key_hash

FAST_SUBJECTS = FAST + """
collectors:
  audit: {poll_interval: 1s}
  spend_log_table: {poll_interval: 1s}
  end_users: {enabled: true}
"""
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
EXPIRED, LATER = NOW - datetime.timedelta(hours=1), NOW + datetime.timedelta(days=3)
KEY, OLD_KEY, FREE_KEY, LINKED_KEY, SESSION = (
    key_hash(name) for name in ("limited", "expired", "free", "linked", "session"))


def naive(instant):
    """As LiteLLM stores it: UTC without a zone."""
    return instant.replace(tzinfo=None)


SCOPES = {"access_groups", "agents", "end_users", "keys", "organization_members", "organizations", "projects", "tags",
          "team_members", "teams", "users"}


def wait_entities(exporter):
    """Until each collector of entities has begun and ended a poll: each has a rhythm of its own."""
    def polls():
        return {collector: value for (name, labels), value in parse_page(exporter.page()).items()
                if name == "litellm_exporter_polls_total" and (collector := dict(labels)["collector"]) in SCOPES}
    begin = polls()
    wait_until(lambda: all(value >= begin[collector] + 2 for collector, value in polls().items()), 30, "new polls of all entities")


class Entities(IntegrationCase):
    # What LiteLLM stores is UTC; a server in another zone must not shift it.
    settings = {"timezone": "America/New_York"}

    def insert(self, table, **columns):
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join(["%s"] * len(columns))
        self.sql(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(columns.values()))

    def fill(self):
        self.insert("LiteLLM_BudgetTable", budget_id="b1", max_budget=300.0, soft_budget=250.0, tpm_limit=5000,
                    budget_reset_at=naive(LATER), created_by="a", updated_by="a")
        self.insert("LiteLLM_BudgetTable", budget_id="unlimited", created_by="a", updated_by="a")
        keys = "LiteLLM_VerificationToken"
        self.insert(keys, token=KEY, key_alias="limited", team_id="t1", max_budget=20.0, spend=16.5, rpm_limit=60,
                    budget_reset_at=naive(LATER), expires=naive(LATER), blocked=False, auto_rotate=True,
                    key_rotation_at=naive(LATER), last_active=naive(EXPIRED))
        self.insert(keys, token=OLD_KEY, key_alias="expired", expires=naive(EXPIRED), max_budget=0.0)
        self.insert(keys, token=FREE_KEY, blocked=None, spend=3.0, key_rotation_at=naive(LATER))
        # Its own limit wins over the linked one; what it does not have comes from there.
        self.insert(keys, token=LINKED_KEY, key_alias="linked", budget_id="b1", max_budget=7.0, blocked=True)
        self.insert(keys, token=SESSION, team_id="litellm-dashboard", max_budget=0.25, expires=naive(LATER))
        self.insert("LiteLLM_TeamTable", team_id="t1", team_alias="search", max_budget=200.0, soft_budget=150.0,
                    spend=12.0, blocked=True, tpm_limit=9000)
        self.insert("LiteLLM_TeamTable", team_id="t2", team_alias="free")
        self.insert("LiteLLM_UserTable", user_id="u1", user_alias="somebody", user_email="somebody@example.org",
                    max_budget=50.0, spend=1.0)
        self.insert("LiteLLM_OrganizationTable", organization_id="o1", organization_alias="lab", budget_id="b1",
                    spend=99.0, created_by="a", updated_by="a")
        self.insert("LiteLLM_OrganizationTable", organization_id="o2", organization_alias="free",
                    budget_id="unlimited", created_by="a", updated_by="a")
        self.insert("LiteLLM_ProjectTable", project_id="p1", project_alias="pilot", budget_id="b1", spend=4.0,
                    blocked=True, created_by="a", updated_by="a")
        self.insert("LiteLLM_TagTable", tag_name="nightly", budget_id="b1", spend=5.0)
        self.insert("LiteLLM_TeamMembership", user_id="u1", team_id="t1", budget_id="b1", spend=6.0)
        self.insert("LiteLLM_OrganizationMembership", user_id="u1", organization_id="o1", budget_id="b1", spend=7.0)
        self.insert("LiteLLM_EndUserTable", user_id="c\n1", alias="customer", budget_id="b1", spend=8.0, blocked=True)

    def test_budgets_limits_blocks_and_instants(self):
        self.fill()
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "end_users")
        later, expired = LATER.timestamp(), EXPIRED.timestamp()
        limit, soft, spend, reset = (f"litellm_budget_{name}" for name in (
            "limit_usd", "soft_limit_usd", "spend_usd", "reset_timestamp_seconds"))
        tokens, requests = "litellm_rate_limit_tokens_per_minute", "litellm_rate_limit_requests_per_minute"
        expected = {}

        def linked(scope, identity, name, used, own_limit=300.0):
            of = scope, identity, name
            expected.update({(limit, of): own_limit, (soft, of): 250.0, (spend, of): used, (reset, of): later,
                             (tokens, of): 5000.0})
        for of, series in (
                (("key", KEY, "limited"), {limit: 20.0, spend: 16.5, reset: later, requests: 60.0}),
                (("key", OLD_KEY, "expired"), {limit: 0.0, spend: 0.0}),
                (("team", "t1", "search"), {limit: 200.0, soft: 150.0, spend: 12.0, tokens: 9000.0}),
                (("user", "u1", ""), {limit: 50.0, spend: 1.0})):
            expected.update({(name, of): value for name, value in series.items()})
        linked("key", LINKED_KEY, "linked", 0.0, own_limit=7.0)
        linked("organization", "o1", "lab", 99.0)
        linked("project", "p1", "pilot", 4.0)
        linked("tag", "nightly", "nightly", 5.0)
        linked("team_member", "u1/t1", "search", 6.0)
        linked("organization_member", "u1/o1", "lab", 7.0)
        linked("end_user", "c 1", "", 8.0)
        for of in (("key", LINKED_KEY, "linked"), ("key", OLD_KEY, "expired"), ("team", "t1", "search"),
                   ("project", "p1", "pilot"), ("end_user", "c 1", "")):
            expected["litellm_blocked", of] = 1.0
        self.assertEqual(metric(exporter, "litellm_exporter_schema_gaps"), 0)
        self.maxDiff = None
        self.assertEqual(self.by_entity(exporter, [limit, soft, spend, reset, tokens, requests, "litellm_blocked"]),
                         expected)
        self.assertEqual(self.keys(exporter), {
            ("litellm_key_expires_timestamp_seconds", KEY, "limited", "t1"): later,
            ("litellm_key_expires_timestamp_seconds", OLD_KEY, "expired", ""): expired,
            ("litellm_key_rotation_timestamp_seconds", KEY, "limited", "t1"): later,
            ("litellm_key_last_active_timestamp_seconds", KEY, "limited", "t1"): expired})
        for scope, states in (("key", {"active": 2, "blocked": 2, "expired": 0}),
                              ("team", {"active": 1, "blocked": 1}), ("user", {"active": 1}),
                              ("organization", {"active": 2}), ("end_user", {"active": 0, "blocked": 1})):
            found = {dict(labels)["state"]: value for (name, labels), value in parse_page(exporter.page()).items()
                     if name == "litellm_entities" and ("scope", scope) in labels}
            self.assertEqual(found, states, scope)
        for personal in ("somebody", "customer"):
            self.assertNotIn(personal, exporter.page() + exporter.log())

    def test_a_key_that_litellm_stored_in_clear_is_watched_by_its_hash(self):
        raw, deleted = "my-own key/2024", "another-old-key"
        later = LATER.timestamp()
        self.insert("LiteLLM_VerificationToken", token=raw, key_alias="clear", max_budget=9.0, blocked=True,
                    expires=naive(LATER), created_at=naive(NOW))
        self.insert("LiteLLM_DeletedVerificationToken", id="1", token=deleted, key_alias="clear")
        exporter = self.exporter(FAST_SUBJECTS)
        insert(self.cluster.connect(database=self.database), [{"api_key": raw}, {"api_key": deleted}])
        self.wait_total(exporter, 2)
        wait_entities(exporter)
        self.assertEqual(self.by_entity(exporter, ["litellm_budget_limit_usd", "litellm_blocked"]), {
            ("litellm_budget_limit_usd", ("key", key_hash(raw), "clear")): 9.0,
            ("litellm_blocked", ("key", key_hash(raw), "clear")): 1.0})
        self.assertEqual(self.keys(exporter), {
            ("litellm_key_expires_timestamp_seconds", key_hash(raw), "clear", ""): later})
        self.assertEqual(metric(exporter, "litellm_key_requests_total", key="unknown"), 2)
        page, log = exporter.page(), exporter.log()
        exporter.stop()
        for text in (page, log, *(file.read_bytes().decode("latin-1") for file in exporter.state.iterdir())):
            self.assertNotIn(raw, text)
            self.assertNotIn(deleted, text)

    def test_ids_that_clients_choose_end_at_the_limit(self):
        self.sql('INSERT INTO "LiteLLM_BudgetTable" (budget_id, max_budget, created_by, updated_by, updated_at)'
                 " VALUES ('b1', 5, 'a', 'a', now())")
        self.sql('INSERT INTO "LiteLLM_EndUserTable" (user_id, budget_id, spend, blocked)'
                 " SELECT 'c' || n, 'b1', 1, true FROM generate_series(1, 300) n")
        exporter = self.exporter(FAST_SUBJECTS + "limits: {series_per_family: 100}\n")
        wait_polls(exporter, 3, "end_users")
        for name in ("litellm_budget_limit_usd", "litellm_budget_spend_usd", "litellm_blocked"):
            series = [labels for found, labels in parse_page(exporter.page()) if found == name]
            self.assertEqual(len(series), 100)
        self.assertEqual(metric(exporter, "litellm_entities", scope="end_user", state="blocked"), 300)
        self.assertEqual(exporter.log().count("further series are left out"), 1, exporter.log())

    def test_above_the_limit_the_entities_nearest_to_theirs_stay(self):
        """Neither values that no division survives nor a hundred thousand rows fail or fill the page."""
        self.sql('INSERT INTO "LiteLLM_UserTable" (user_id, max_budget, spend)'
                 " SELECT 'u' || n, 1000000, n FROM generate_series(1, 100000) n")
        for identity, limit, spend in (("over", 10.0, 30.0), ("huge", 1e-300, 1e300), ("tiny", 1e300, 1e-300),
                                       ("none", None, 5.0), ("nothing", 0.0, 0.0), ("odd", float("inf"), 1.0)):
            self.insert("LiteLLM_UserTable", user_id=identity, max_budget=limit, spend=spend)
        self.sql('INSERT INTO "LiteLLM_TeamTable" (team_id, max_budget, spend, blocked)'
                 " SELECT 't' || n, 10, n / 100.0, n = 1 FROM generate_series(1, 20) n")
        exporter = self.exporter(FAST_SUBJECTS + "limits: {series_per_family: 10}\n")
        wait_entities(exporter)
        wait_entities(exporter)
        page = parse_page(exporter.page())
        shown = {scope: {dict(labels)["id"] for name, labels in page
                         if name == "litellm_budget_limit_usd" and ("scope", scope) in labels}
                 for scope in ("user", "team")}
        self.assertEqual(shown["user"], {"over", "huge", "nothing", *(f"u{n}" for n in range(99994, 100001))})
        self.assertEqual(shown["team"], {"t1", *(f"t{n}" for n in range(12, 21))})
        self.assertEqual(metric(exporter, "litellm_blocked", scope="team", id="t1"), 1)
        self.assertEqual(metric(exporter, "litellm_entities", scope="user", state="active"), 100006)
        self.assertEqual(metric(exporter, "litellm_entities", scope="team", state="blocked"), 1)
        self.assertEqual(metric(exporter, "litellm_exporter_entities_folded", scope="user"), 99996)
        self.assertEqual(metric(exporter, "litellm_exporter_entities_folded", scope="team"), 10)
        self.assertEqual(metric(exporter, "litellm_exporter_entities_folded", scope="key"), 0)
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="users"), 1)

    def test_above_the_limit_keys_that_expire_soon_stay(self):
        """Most keys have no budget: what is near for them is the day on which they end."""
        self.sql('INSERT INTO "LiteLLM_VerificationToken" (token, spend, max_budget, expires)'
                 " SELECT encode(sha256(n::text::bytea), 'hex'), 5, 10, now() AT TIME ZONE 'UTC' + interval '90 days'"
                 " FROM generate_series(1, 20) n")
        for token, days in (("a" * 64, 2), ("b" * 64, -1)):
            self.sql('INSERT INTO "LiteLLM_VerificationToken" (token, spend, expires)'
                     f" VALUES ('{token}', 0, now() AT TIME ZONE 'UTC' + interval '{days} days')")
        # No difference of instants survives it.
        self.sql('INSERT INTO "LiteLLM_VerificationToken" (token, spend, expires)'
                 f" VALUES ('{'c' * 64}', 0, 'infinity')")
        exporter = self.exporter(FAST_SUBJECTS + "limits: {series_per_family: 5}\n")
        wait_entities(exporter)
        shown = {dict(labels)["key"] for name, labels in parse_page(exporter.page())
                 if name == "litellm_key_expires_timestamp_seconds"}
        self.assertEqual(len(shown), 5)
        self.assertLessEqual({"a" * 64, "b" * 64}, shown)
        self.assertEqual(metric(exporter, "litellm_exporter_entities_folded", scope="key"), 18)

    def test_a_temporary_increase_counts_until_it_expires(self):
        for number, (expiry, increase) in enumerate(((LATER, 50.0), (EXPIRED, 50.0), (LATER, None), (None, 50.0))):
            self.insert("LiteLLM_BudgetTable", budget_id=f"b{number}", max_budget=100.0, temp_budget_increase=increase,
                        temp_budget_expiry=expiry and naive(expiry), created_by="a", updated_by="a")
            self.insert("LiteLLM_TeamMembership", user_id=f"u{number}", team_id="t", budget_id=f"b{number}")
        # LiteLLM does not honour it for others.
        self.insert("LiteLLM_TagTable", tag_name="nightly", budget_id="b0")
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "end_users")
        limits = {(scope, identity): value for (_, (scope, identity, _)), value
                  in self.by_entity(exporter, ["litellm_budget_limit_usd"]).items()}
        self.assertEqual(limits, {("team_member", "u0/t"): 150, ("team_member", "u1/t"): 100,
                                  ("team_member", "u2/t"): 100, ("team_member", "u3/t"): 100, ("tag", "nightly"): 100})

    def test_a_temporary_budget_of_a_key_counts_until_it_expires(self):
        """LiteLLM keeps it in the metadata, as Python writes an instant; a key may be anybody's JSON."""
        def at(instant, zone=datetime.timezone.utc):
            return instant.astimezone(zone).isoformat()
        west = datetime.timezone(-datetime.timedelta(hours=5, minutes=30))
        soon, just = NOW + datetime.timedelta(hours=1), NOW - datetime.timedelta(minutes=1)
        held = [at(LATER), naive(LATER).isoformat(), naive(LATER).isoformat(" "), naive(LATER).isoformat() + ".123456Z",
                LATER.date().isoformat(), at(soon, west), at(soon).replace(":00+00:00", "+00:00")]
        over = [at(EXPIRED), naive(EXPIRED).isoformat(), at(just, west), EXPIRED.date().isoformat()]
        odd = ["banana", "2999-13-01T09:00:00", "2999-01-01T24:00:00", "2999-01-01T00:00:00+99:99", "infinity", "", "2999", 4102444800, None,
               ["2999-01-01"], {"at": "2999-01-01"}, True, "9" * 100000]
        rows = [({"temp_budget_increase": 50, "temp_budget_expiry": expiry}, 150) for expiry in held]
        rows += [({"temp_budget_increase": 50, "temp_budget_expiry": expiry}, 100) for expiry in over + odd]
        rows += [({"temp_budget_increase": increase, "temp_budget_expiry": at(LATER)}, 100)
                 for increase in ("50", -50, None, [50], {"a": 50}, True, 1e300)]
        rows += [({"temp_budget_increase": 0.5, "temp_budget_expiry": at(LATER)}, 100.5),
                 ({"temp_budget_increase": 50}, 100), ([1, 2], 100), ("text", 100), (7, 100), (None, 100)]
        raw = ['{"temp_budget_expiry": "2999-01-01", "temp_budget_increase": %s}' % number
               for number in ("1e400", "1e-400", "9" * 5000)]
        keys = [(key_hash(f"{number}"), json.dumps(metadata), limit) for number, (metadata, limit) in enumerate(rows)]
        keys += [(key_hash(text), text, 100) for text in raw]
        for token, metadata, _ in keys:
            self.insert("LiteLLM_VerificationToken", token=token, max_budget=100.0, spend=120.0, metadata=metadata)
        free = key_hash("unlimited")
        self.insert("LiteLLM_VerificationToken", token=free, metadata=json.dumps(rows[0][0]))
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "keys")
        limits = {identity: value for (_, (_, identity, _)), value
                  in self.by_entity(exporter, ["litellm_budget_limit_usd"]).items()}
        self.assertEqual([(text, limits[token]) for token, text, _ in keys], [(text, limit) for _, text, limit in keys])
        self.assertNotIn(free, limits)
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="keys"), 1)
        # Who keeps secrets there does without.
        self.sql(f'REVOKE SELECT (metadata) ON "LiteLLM_VerificationToken" FROM {EXPORTER_ROLE}')
        wait_entities(exporter)
        self.assertEqual(metric(exporter, "litellm_budget_limit_usd", scope="key"), 100 * len(keys))
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="keys"), 1)
        self.assertEqual(metric(exporter, "litellm_exporter_schema_gaps", collector="keys"), 1)

    def test_limits_of_batches_and_of_requests_at_once(self):
        self.insert("LiteLLM_BudgetTable", budget_id="b", tpd_limit=7000, max_parallel_requests=3, created_by="a",
                    updated_by="a")
        self.insert("LiteLLM_VerificationToken", token=KEY, tpd_limit=5000, max_parallel_requests=2)
        # What it does not have comes from the linked budget.
        self.insert("LiteLLM_VerificationToken", token=LINKED_KEY, tpd_limit=6000, budget_id="b")
        self.insert("LiteLLM_TeamTable", team_id="t1", tpd_limit=0, max_parallel_requests=9)
        self.insert("LiteLLM_TeamTable", team_id="t2", team_alias="free")
        self.insert("LiteLLM_UserTable", user_id="u1", max_parallel_requests=4)
        self.insert("LiteLLM_EndUserTable", user_id="c1", budget_id="b")
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "end_users")
        daily, parallel = "litellm_rate_limit_tokens_per_day", "litellm_rate_limit_parallel_requests"
        expected = {(daily, ("key", KEY, "")): 5000, (parallel, ("key", KEY, "")): 2,
                    (daily, ("key", LINKED_KEY, "")): 6000, (parallel, ("key", LINKED_KEY, "")): 3,
                    (daily, ("team", "t1", "")): 0, (parallel, ("team", "t1", "")): 9,
                    (parallel, ("user", "u1", "")): 4, (daily, ("end_user", "c1", "")): 7000,
                    (parallel, ("end_user", "c1", "")): 3}
        self.assertEqual(self.by_entity(exporter, [daily, parallel]), expected)
        # A role of before, and a LiteLLM of before.
        self.sql(f'REVOKE SELECT (tpd_limit, max_parallel_requests) ON "LiteLLM_BudgetTable" FROM {EXPORTER_ROLE}')
        self.sql('ALTER TABLE "LiteLLM_TeamTable" DROP tpd_limit')
        wait_entities(exporter)
        expected = {of: value for of, value in expected.items()
                    if of[1][0] != "end_user" and of not in ((parallel, ("key", LINKED_KEY, "")), (daily, ("team", "t1", "")))}
        self.assertEqual(self.by_entity(exporter, [daily, parallel]), expected)
        for collector, gaps in (("end_users", 2), ("teams", 1), ("users", 0)):
            self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector=collector), 1)
            self.assertEqual(metric(exporter, "litellm_exporter_schema_gaps", collector=collector), gaps, collector)

    def parts(self, exporter, label):
        """By name, scope, id and what is in the label, without the entities' own."""
        return {(name, *(dict(labels)[of] for of in ("scope", "id", label))): value
                for (name, labels), value in parse_page(exporter.page()).items()
                if name.startswith(("litellm_budget_", "litellm_rate_limit_")) and label in dict(labels)}

    def test_budgets_within_windows_of_time(self):
        limit, spend, reset = (f"litellm_budget_{name}" for name in ("limit_usd", "spend_usd", "reset_timestamp_seconds"))
        windows = [{"budget_duration": "1d", "max_budget": 10.0, "reset_at": "2026-11-30T00:00:00+00:00"},
                   {"budget_duration": "7d", "max_budget": 50}, {"budget_duration": "1mo", "max_budget": 0}]
        odd = [7, None, "x", [], {}, {"max_budget": 1}, {"budget_duration": "1d"}, {"budget_duration": "1h", "max_budget": "9"},
               {"budget_duration": "2h", "max_budget": -1}, {"budget_duration": "banana", "max_budget": 1},
               {"budget_duration": "0d", "max_budget": 1}, {"budget_duration": ["1d"], "max_budget": 1},
               {"budget_duration": "9" * 5000 + "d", "max_budget": 1}, {"budget_duration": "99999999mo", "max_budget": 3},
               {"budget_duration": "99999999w", "max_budget": 4}]
        self.insert("LiteLLM_VerificationToken", token=KEY, key_alias="windows", spend=60.0, budget_limits=json.dumps(windows))
        self.insert("LiteLLM_VerificationToken", token=SESSION, team_id="litellm-dashboard", budget_limits=json.dumps(windows))
        for number, value in enumerate(({"a": 1}, "text", None, 7)):
            self.insert("LiteLLM_VerificationToken", token=key_hash(str(number)), budget_limits=json.dumps(value))
        self.insert("LiteLLM_TeamTable", team_id="t1", budget_limits=json.dumps(odd))
        start = NOW - datetime.timedelta(hours=2)
        for kind, holder, duration, began, spent in (
                ("key", KEY, "1d", start, 9.5), ("key", KEY, "7d", NOW - datetime.timedelta(days=8), 70.0),
                ("team", KEY, "1mo", start, 8.0), ("key", "t1", "99999999w", start, 8.0), ("team", "t1", "99999999mo", start, 1.0)):
            self.insert("LiteLLM_BudgetWindowSpend", entity_type=kind, entity_id=holder, window_duration=duration,
                        window_start=naive(began), spend=spent, updated_at=naive(NOW))
        for instant in ("infinity", "-infinity", "294276-12-31", "4712-01-01 BC"):
            self.sql('INSERT INTO "LiteLLM_BudgetWindowSpend" VALUES (\'team\', \'t1\', \'99999999w\', %s, 1, now(), now()) ON CONFLICT'
                     " (entity_type, entity_id, window_duration) DO UPDATE SET window_start = excluded.window_start", (instant,))
            exporter = self.exporter(FAST_SUBJECTS, start=False)
            page = parse_page(exporter.once())
            self.assertEqual(metric_of(page, "litellm_exporter_collector_success", collector="teams"), 1, instant)
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "teams")
        found = self.parts(exporter, "window")
        century = found.pop((reset, "team", "t1", "99999999mo"))
        self.assertGreater(century, NOW.timestamp())
        # What nobody has spent since the window ended counts no longer; where there is no row, nothing is known.
        self.assertEqual(found, {
            (limit, "key", KEY, "1d"): 10, (spend, "key", KEY, "1d"): 9.5,
            (reset, "key", KEY, "1d"): (start + datetime.timedelta(days=1)).timestamp(),
            (limit, "key", KEY, "7d"): 50, (spend, "key", KEY, "7d"): 0, (limit, "key", KEY, "1mo"): 0,
            (limit, "team", "t1", "99999999mo"): 3, (spend, "team", "t1", "99999999mo"): 1,
            (limit, "team", "t1", "99999999w"): 4, (spend, "team", "t1", "99999999w"): 0})
        # An older LiteLLM.
        self.sql('DROP TABLE "LiteLLM_BudgetWindowSpend"')
        self.sql('ALTER TABLE "LiteLLM_TeamTable" DROP budget_limits')
        wait_entities(exporter)
        self.assertEqual(set(self.parts(exporter, "window")),
                         {(limit, "key", KEY, duration) for duration in ("1d", "7d", "1mo")})
        for collector, gaps in (("keys", 1), ("teams", 2)):
            self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector=collector), 1)
            self.assertEqual(metric(exporter, "litellm_exporter_schema_gaps", collector=collector), gaps, collector)

    def test_parts_that_cannot_be_read_leave_the_rest(self):
        self.insert("LiteLLM_VerificationToken", token=KEY, key_alias="windows", spend=60.0, max_budget=80.0,
                    budget_limits=json.dumps([{"budget_duration": "1d", "max_budget": 10}]))
        holder = self.cluster.connect(database=self.database, autocommit=False)
        self.addCleanup(holder.close)
        holder.cursor().execute('LOCK TABLE "LiteLLM_BudgetWindowSpend" IN ACCESS EXCLUSIVE MODE')
        page = parse_page(self.exporter(FAST_SUBJECTS, start=False).once())
        self.assertEqual(metric_of(page, "litellm_budget_limit_usd", scope="key", id=KEY), 80)
        self.assertEqual(metric_of(page, "litellm_exporter_collector_success", collector="keys"), 0)
        holder.rollback()
        page = parse_page(self.exporter(FAST_SUBJECTS, start=False).once())
        self.assertEqual(metric_of(page, "litellm_budget_limit_usd", scope="key", id=KEY), 90)
        self.assertEqual(metric_of(page, "litellm_exporter_collector_success", collector="keys"), 1)

    def test_budgets_and_rates_for_single_models(self):
        limit, spend, reset = (f"litellm_budget_{name}" for name in ("limit_usd", "spend_usd", "reset_timestamp_seconds"))
        requests, tokens = (f"litellm_rate_limit_{of}_per_minute" for of in ("requests", "tokens"))
        models = {"gpt-4o": {"budget_limit": 5.0, "time_period": "1d"}, "claude": {"max_budget": 6, "budget_duration": "30d"},
                  "gemini": {"max_budget": 7}, "": {"max_budget": 1}, " ": {"max_budget": 1}, "odd": 7, "text": "x", "none": None,
                  "list": [1], "minus": {"max_budget": -1}, "words": {"max_budget": "1"}}
        rates = {"model_rpm_limit": {"gpt-4o": 60, "": 1, "odd": "x", "minus": -1, "half": None},
                 "model_tpm_limit": {"gpt-4o": 9000, "mini": 0, "deep": {"a": 1}}}
        self.insert("LiteLLM_VerificationToken", token=KEY, key_alias="k", rpm_limit=100, model_max_budget=json.dumps(models),
                    metadata=json.dumps(rates))
        self.insert("LiteLLM_TeamTable", team_id="t1", model_max_budget=json.dumps(models), metadata=json.dumps(rates))
        self.insert("LiteLLM_UserTable", user_id="u1", model_max_budget=json.dumps({"gpt-4o": models["gpt-4o"]}))
        self.insert("LiteLLM_BudgetTable", budget_id="of them", model_max_budget=json.dumps({"gpt-4o": models["gpt-4o"]}),
                    created_by="a", updated_by="a")
        self.insert("LiteLLM_EndUserTable", user_id="c1", budget_id="of them", spend=0, blocked=False)
        self.insert("LiteLLM_TeamMembership", user_id="u/1", team_id="t1", budget_id="of them", spend=0)
        for table, name in (("LiteLLM_OrganizationTable", "organization"), ("LiteLLM_ProjectTable", "project")):
            self.insert(table, **{f"{name}_id": "x1", f"{name}_alias": "x"}, budget_id="of them", metadata=json.dumps(rates),
                        created_by="a", updated_by="a")
        for number, value in enumerate(([1], "text", None, 7)):
            self.insert("LiteLLM_VerificationToken", token=key_hash(str(number)), model_max_budget=json.dumps(value),
                        metadata=json.dumps({"model_rpm_limit": value, "model_tpm_limit": value}))
        for prefix, holder, spent in (("virtual_key_spend", KEY, 4.0), ("team_model_spend", "t1", 3.0),
                                      ("user_model_spend", "u1", 2.0), ("end_user_model_spend", "c1", 1.0),
                                      ("team_member_model_spend", "3:u/1:t1", 0.5)):
            self.insert("LiteLLM_BudgetWindowSpend", entity_type="model_max_budget", entity_id=f"{prefix}:{holder}:gpt-4o:1d",
                        window_duration="1d", window_start=naive(NOW), spend=spent, updated_at=naive(NOW))
        exporter = self.exporter(FAST_SUBJECTS)
        wait_entities(exporter)
        expected = {}
        for scope, identity, spent in (("key", KEY, 4), ("team", "t1", 3), ("user", "u1", 2), ("end_user", "c1", 1),
                                       ("team_member", "u%2F1/t1", 0.5)):
            expected.update({(limit, scope, identity, "gpt-4o"): 5, (spend, scope, identity, "gpt-4o"): spent,
                             (reset, scope, identity, "gpt-4o"): (NOW + datetime.timedelta(days=1)).timestamp()})
            if scope in ("key", "team"):
                expected.update({(limit, scope, identity, "claude"): 6, (limit, scope, identity, "gemini"): 7,
                                 (requests, scope, identity, "gpt-4o"): 60, (tokens, scope, identity, "gpt-4o"): 9000,
                                 (tokens, scope, identity, "mini"): 0})
        for scope in ("organization", "project"):
            expected.update({(requests, scope, "x1", "gpt-4o"): 60, (tokens, scope, "x1", "gpt-4o"): 9000,
                             (tokens, scope, "x1", "mini"): 0})
        self.assertEqual(self.parts(exporter, "model"), expected)
        own = [labels for name, labels in parse_page(exporter.page()) if name == requests and "model" not in dict(labels)]
        self.assertEqual(len(own), 1)

    def test_twenty_thousand_models_of_one_key_fold_and_push_nobody_out(self):
        self.sql('INSERT INTO "LiteLLM_VerificationToken" (token, metadata, model_max_budget, budget_limits)'
                 " SELECT %s, jsonb_build_object('model_rpm_limit', jsonb_object_agg('m' || n, n)),"
                 " jsonb_object_agg('long ' || n, jsonb_build_object('max_budget', n)),"
                 " jsonb_agg(jsonb_build_object('max_budget', n, 'budget_duration', n || 's')) FROM generate_series(1, 20000) n", (KEY,))
        for name in (LINKED_KEY, FREE_KEY):
            self.insert("LiteLLM_VerificationToken", token=name, metadata='{"model_rpm_limit": {"gpt-4o": 5}}')
        exporter = self.exporter(FAST_SUBJECTS + "limits: {series_per_family: 100}\n")
        wait_entities(exporter)
        found = {**self.parts(exporter, "window"), **self.parts(exporter, "model")}
        self.assertEqual(len(found), 100)
        for name in (LINKED_KEY, FREE_KEY):
            self.assertEqual(found["litellm_rate_limit_requests_per_minute", "key", name, "gpt-4o"], 5)
        self.assertEqual(metric(exporter, "litellm_exporter_entities_folded", scope="key"), 3 * 20000 + 2 - 100)
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="keys"), 1)
        self.assertEqual(exporter.log().count("further series are left out"), 1, exporter.log())

    def test_agents_and_groups_of_models(self):
        self.insert("LiteLLM_BudgetTable", budget_id="b", max_budget=300.0, soft_budget=200.0, created_by="a", updated_by="a")
        self.insert("LiteLLM_ModelAccessGroupBudgetTable", access_group_name="beta", budget_id="b", spend=9.0)
        self.insert("LiteLLM_ModelAccessGroupBudgetTable", access_group_name="free", spend=1.0)
        for identity, limit in (("a1", 20), ("a2", None)):
            self.insert("LiteLLM_AgentsTable", agent_id=identity, agent_name="scout " + identity, agent_card_params="{}",
                        spend=1.5, rpm_limit=limit, tpm_limit=limit, session_rpm_limit=limit, created_by="a", updated_by="a")
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "end_users")
        limit, soft, spend = (f"litellm_budget_{name}" for name in ("limit_usd", "soft_limit_usd", "spend_usd"))
        tokens, requests = "litellm_rate_limit_tokens_per_minute", "litellm_rate_limit_requests_per_minute"
        group, one, two = ("access_group", "beta", "beta"), ("agent", "a1", "scout a1"), ("agent", "a2", "scout a2")
        session = ("agent_session", "a1", "scout a1")
        self.assertEqual(self.by_entity(exporter, [limit, soft, spend, tokens, requests]), {
            (limit, group): 300, (soft, group): 200, (spend, group): 9, (spend, one): 1.5, (requests, one): 20,
            (tokens, one): 20, (spend, two): 1.5, (requests, session): 20})
        self.assertEqual(metric(exporter, "litellm_exporter_schema_gaps"), 0)
        # An agent without limits came with v1.80, one with them with v1.82; groups are younger.
        self.sql('DROP TABLE "LiteLLM_ModelAccessGroupBudgetTable"')
        self.sql('ALTER TABLE "LiteLLM_AgentsTable" DROP spend, DROP tpm_limit, DROP rpm_limit,'
                 ' DROP session_tpm_limit, DROP session_rpm_limit')
        wait_entities(exporter)
        self.assertEqual(self.by_entity(exporter, [limit, soft, spend, tokens, requests]), {})
        for collector, gaps in (("access_groups", 1), ("agents", 5)):
            self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector=collector), 1)
            self.assertEqual(metric(exporter, "litellm_exporter_schema_gaps", collector=collector), gaps, collector)
        self.assertEqual(metric(exporter, "litellm_entities", scope="agent", state="active"), 2)

    def test_defaults_are_the_limits_of_those_without_one(self):
        for identity, limit, increase in (("own", 5.0, None), ("default", 9.0, None), ("more", None, 2.0), ("zero", 0.0, None),
                                          ("it's a tier", 3.0, None)):
            self.insert("LiteLLM_BudgetTable", budget_id=identity, max_budget=limit, rpm_limit=7, temp_budget_increase=increase,
                        temp_budget_expiry=naive(LATER), created_by="a", updated_by="a")
        for team, metadata in (("t", {"team_member_budget_id": "default"}), ("z", {"team_member_budget_id": "zero"}),
                               ("n", {"team_member_budget_id": "none"}), ("o", {"team_member_budget_id": ["default"]}),
                               ("l", [1]), ("x", "default")):
            self.insert("LiteLLM_TeamTable", team_id=team, metadata=json.dumps(metadata))
            self.insert("LiteLLM_TeamMembership", user_id="u", team_id=team, spend=1.0)
        for budget in ("own", "more"):
            self.insert("LiteLLM_TeamMembership", user_id=budget, team_id="t", budget_id=budget)
        for end_user, budget in (("c1", None), ("c2", "own")):
            self.insert("LiteLLM_EndUserTable", user_id=end_user, budget_id=budget, spend=2.0)

        def limits(exporter):
            return {(scope, identity): value for (_, (scope, identity, _)), value
                    in self.by_entity(exporter, ["litellm_budget_limit_usd"]).items()}
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "end_users")
        members = {("team_member", "u/t"): 9, ("team_member", "own/t"): 5, ("team_member", "more/t"): 11}
        self.assertEqual(limits(exporter), {**members, ("end_user", "c2"): 5})
        self.assertEqual(metric(exporter, "litellm_budget_spend_usd", scope="team_member", id="u/t"), 1)
        exporter.stop()
        exporter = self.exporter(FAST_SUBJECTS.replace("entities: {", "entities: {end_user_budget_id: \"it's a tier\", "))
        wait_polls(exporter, 1, "end_users")
        self.assertEqual(limits(exporter), {**members, ("end_user", "c1"): 3, ("end_user", "c2"): 5})
        self.assertEqual(metric(exporter, "litellm_rate_limit_requests_per_minute", scope="end_user", id="c1"), 7)
        self.sql(f'REVOKE SELECT (metadata) ON "LiteLLM_TeamTable" FROM {EXPORTER_ROLE}')
        wait_entities(exporter)
        self.assertEqual(limits(exporter), {("team_member", "own/t"): 5, ("end_user", "c1"): 3, ("end_user", "c2"): 5})
        self.assertEqual(metric(exporter, "litellm_exporter_collector_success", collector="team_members"), 1)

    def test_members_with_slashes_in_their_ids_stay_apart(self):
        self.insert("LiteLLM_BudgetTable", budget_id="b", max_budget=1.0, created_by="a", updated_by="a")
        for user, team in (("a/b", "c"), ("a", "b/c"), ("a%2Fb", "c")):
            self.insert("LiteLLM_TeamMembership", user_id=user, team_id=team, budget_id="b")
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "end_users")
        self.assertEqual({identity for _, (_, identity, _) in self.by_entity(exporter, ["litellm_budget_limit_usd"])},
                         {"a%2Fb/c", "a/b%2Fc", "a%252Fb/c"})

    def test_ids_that_no_label_tells_apart_are_said(self):
        for identity, limit, spend in (("u1", 10.0, 1.0), ("u1 ", 10.0, 9.0), (" u1", None, 0.0), ("u2", 10.0, 1.0)):
            self.insert("LiteLLM_UserTable", user_id=identity, max_budget=limit, spend=spend)
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 3, "users")
        spend = {identity: value for (_, (_, identity, _)), value
                 in self.by_entity(exporter, ["litellm_budget_spend_usd"]).items()}
        self.assertEqual(spend, {"u1": 9, "u2": 1}, "the one nearest to its limit")
        indistinct = "litellm_exporter_entities_indistinct"
        self.assertEqual(metric(exporter, indistinct, collector="users"), 2)
        self.assertEqual([dict(labels) for name, labels in parse_page(exporter.page()) if name == indistinct],
                         [{"collector": "users"}], "none is no series")
        self.assertEqual(exporter.log().count("ids are equal once they are cleaned"), 1, exporter.log())

    def test_a_login_leaves_no_series_behind(self):
        self.fill()
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 2, "aliases")
        wait_polls(exporter, 2)
        self.assertIn(KEY, exporter.page())
        self.assertNotIn(SESSION, exporter.page())

    def test_what_is_gone_unblocked_or_unlimited_loses_its_series(self):
        self.fill()
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "end_users")
        self.sql('DELETE FROM "LiteLLM_VerificationToken" WHERE token = %s', (KEY,))
        self.sql('UPDATE "LiteLLM_TeamTable" SET blocked = false, max_budget = NULL, soft_budget = NULL')
        self.sql('UPDATE "LiteLLM_BudgetTable" SET max_budget = \'Infinity\', soft_budget = NULL')
        self.sql('UPDATE "LiteLLM_VerificationToken" SET expires = (now() AT TIME ZONE \'UTC\')'
                 ' + interval \'3 seconds\' WHERE token = %s', (FREE_KEY,))
        wait_entities(exporter)
        entities = self.by_entity(exporter, ["litellm_budget_limit_usd", "litellm_budget_spend_usd",
                                             "litellm_budget_reset_timestamp_seconds", "litellm_blocked"])
        self.assertEqual({of for name, of in entities if name != "litellm_blocked"}, {
            ("key", OLD_KEY, "expired"), ("key", LINKED_KEY, "linked"), ("user", "u1", "")})
        self.assertNotIn(("litellm_blocked", ("team", "t1", "search")), entities)
        self.assertNotIn(KEY, "".join(self.by_key(exporter)))
        wait_until(lambda: metric(exporter, "litellm_entities", scope="key", state="expired") == 1, 20,
                   "the key expires while the exporter runs")

    def test_the_audit_and_the_size_of_the_log(self):
        keep_clear_of(86400)
        midnight = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
        age = (datetime.datetime.now(datetime.timezone.utc) - midnight).total_seconds()
        connection = self.cluster.connect(database=self.database)
        insert(connection, [{}] * 5, age=age + 3600)          # yesterday
        insert(connection, [{"metadata": {"billed_retry_attempt": True}}, {"metadata": {"billed_retry_attempt": True}},
                            {"metadata": {"internal_call_origin": "shadow_eval_judge"}}], age=age + 3600)
        insert(connection, [{"metadata": {"billed_retry_attempt": False, "internal_call_origin": None}}], age=age + 3600)
        insert(connection, [{}] * 3, age=age + 86400 + 3600)  # the day before
        yesterday = (midnight - datetime.timedelta(days=1)).date().isoformat()
        for number, requests in enumerate((4, 3)):
            self.insert("LiteLLM_DailyUserSpend", id=str(number), user_id=None, date=yesterday, api_key="k",
                        model=None, api_requests=requests, updated_at=naive(midnight))
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "spend_log_table")
        audit = "litellm_spend_log_audit_requests"
        self.assertEqual((metric(exporter, audit, source="spend_log"), metric(exporter, audit, source="daily")), (6, 7))
        oldest = (midnight - datetime.timedelta(days=1, hours=1)).timestamp()
        self.assertAlmostEqual(metric(exporter, "litellm_spend_log_oldest_row_timestamp_seconds"), oldest, delta=60)
        size = self.sql("SELECT pg_total_relation_size('\"LiteLLM_SpendLogs\"')")[0][0]
        self.assertEqual(metric(exporter, "litellm_spend_log_bytes"), size)
        self.assertGreater(metric(exporter, "litellm_spend_log_rows_estimate"), 0)
        # Retention is no loss.
        self.sql('DELETE FROM "LiteLLM_SpendLogs"')
        wait_polls(exporter, 2, "audit")
        self.assertEqual(metric(exporter, audit, source="spend_log"), 6)
        wait_polls(exporter, 1, "spend_log_table")
        self.assertEqual(metric(exporter, "litellm_spend_log_rows_estimate"), 0)

    def test_the_newest_health_check_of_each_model_counts(self):
        for number, (name, model_id, status, minutes) in enumerate((
                ("a", "1", "healthy", 90), ("a", "1", "unhealthy", 5), ("b", None, "healthy", 5),
                ("c", "3", "unhealthy", 1), ("before c was renamed", "3", "healthy", 60),
                ("d", "", "unhealthy", 60), ("d", None, "healthy", 1),
                ("gone", "9", "unhealthy", 3 * 24 * 60),
                ("wild/*", "5", "healthy", 5), ("*", None, "unhealthy", 5))):
            self.sql('INSERT INTO "LiteLLM_HealthCheckTable" (health_check_id, model_name, model_id, status,'
                     ' checked_at, updated_at) VALUES (%s, %s, %s, %s, (now() AT TIME ZONE \'UTC\')'
                     ' - %s * interval \'1 minute\', now())', (str(number), name, model_id, status, minutes))
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "model_health")
        found = {(dict(labels)["model"], dict(labels)["model_id"]): value
                 for (series, labels), value in parse_page(exporter.page()).items()
                 if series == "litellm_model_healthy"}
        self.assertEqual(found, {("a", "1"): 0, ("b", ""): 1, ("c", "3"): 0, ("d", ""): 1, ("wild/*", "5"): 1, ("*", ""): 0})

    def test_a_table_without_rights_or_none_at_all_disturbs_nothing_else(self):
        self.fill()
        self.sql(f'REVOKE ALL ON "LiteLLM_TeamTable" FROM {EXPORTER_ROLE}')
        self.sql('REVOKE SELECT (team_id, team_alias, created_at, spend, max_budget, budget_reset_at, tpm_limit,'
                 f' rpm_limit, blocked, soft_budget) ON "LiteLLM_TeamTable" FROM {EXPORTER_ROLE}')
        self.sql('DROP TABLE "LiteLLM_ProjectTable", "LiteLLM_ProxyWorkerHeartbeat"')
        # As of v1.65.
        self.sql('ALTER TABLE "LiteLLM_VerificationToken" DROP last_active, DROP auto_rotate, DROP key_rotation_at')
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 3, "end_users")
        success = "litellm_exporter_collector_success"
        self.assertEqual(metric(exporter, success, collector="teams"), 0)
        self.assertGreater(metric(exporter, "litellm_exporter_poll_failures_total", collector="teams",
                                  reason="permission"), 2)
        for collector in ("keys", "users", "projects", "team_members", "spend", "audit", "spend_log", "workers"):
            self.assertEqual(metric(exporter, success, collector=collector), 1, collector)
        for collector, gaps in (("keys", 3), ("users", 0), ("projects", 1), ("workers", 1), ("teams", 1), ("team_members", 1),
                                ("spend_log", 0), ("aliases", 2), ("audit", 0)):
            self.assertEqual(metric(exporter, "litellm_exporter_schema_gaps", collector=collector), gaps, collector)
        keys = ", ".join(f"LiteLLM_VerificationToken.{column} (no such column)"
                         for column in ("auto_rotate", "key_rotation_at", "last_active"))
        self.assertEqual(exporter.log().count(f'collector=keys missing="{keys}"'), 1, exporter.log())
        self.assertEqual(metric(exporter, "litellm_budget_limit_usd", scope="key"), 27)
        self.assertEqual(metric(exporter, "litellm_budget_limit_usd", scope="team_member"), 300)
        # Once for the names, once for the budgets.
        for text, times in (('collector=teams reason=permission', 1), ('LiteLLM_ProjectTable (no such table)', 2)):
            self.assertEqual(exporter.log().count(text), times, exporter.log())
        insert(self.cluster.connect(database=self.database), [{}])
        self.wait_total(exporter, 1)

    def test_linked_budgets_that_cannot_be_read_are_a_failure_said_once(self):
        columns = "budget_id, max_budget, soft_budget, budget_reset_at, tpm_limit, rpm_limit"
        self.sql(f'REVOKE SELECT ({columns}) ON "LiteLLM_BudgetTable" FROM {EXPORTER_ROLE}')
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "end_users")
        success = "litellm_exporter_collector_success"
        self.assertEqual(metric(exporter, success, collector="organizations"), 1, "nothing is linked yet")
        self.assertNotIn("LiteLLM_BudgetTable", exporter.log())
        self.fill()
        wait_polls(exporter, 4, "end_users")
        for collector, good in (("teams", 1), ("users", 1), ("keys", 0), ("organizations", 0), ("projects", 0),
                                ("tags", 0), ("team_members", 0), ("organization_members", 0), ("end_users", 0)):
            self.assertEqual(metric(exporter, success, collector=collector), good, collector)
        # What is known of them is still there.
        self.assertEqual(metric(exporter, "litellm_budget_limit_usd", scope="key"), 27)
        self.assertEqual(metric(exporter, "litellm_blocked", scope="project"), 1)
        self.assertEqual(exporter.log().count("LiteLLM_BudgetTable"), 1, exporter.log())
        # One session for the spend log, one for the entities: neither was given up.
        self.assertEqual(exporter.log().count("msg=connected"), 2, exporter.log())
        self.sql(f'GRANT SELECT ({columns}) ON "LiteLLM_BudgetTable" TO {EXPORTER_ROLE}')
        wait_until(lambda: metric(exporter, success, collector="end_users") == 1, 20, "the rights are back")
        wait_until(lambda: metric(exporter, "litellm_budget_limit_usd", scope="organization") == 300, 20, "what it lacked")

    def test_ten_thousand_keys_and_a_thousand_teams(self):
        self.sql('INSERT INTO "LiteLLM_VerificationToken" (token, key_alias, max_budget, spend, expires)'
                 ' SELECT encode(sha256(n::text::bytea), \'hex\'), \'key \' || n, n, n / 2.0, now() FROM generate_series(1, 10000) n')
        self.sql('INSERT INTO "LiteLLM_TeamTable" (team_id, max_budget)'
                 ' SELECT \'team \' || n, n FROM generate_series(1, 1000) n')
        exporter = self.exporter(FAST_SUBJECTS)
        wait_polls(exporter, 1, "teams")
        page = parse_page(exporter.page())
        limits = [labels for name, labels in page if name == "litellm_budget_limit_usd"]
        self.assertEqual(len(limits), 11000)
        self.assertEqual(metric(exporter, "litellm_budget_limit_usd", scope="key"), 10000 * 10001 / 2)

    def test_once_prints_a_page_and_goes_on_where_it_stopped(self):
        self.fill()
        exporter = self.exporter(FAST_SUBJECTS, start=False)
        connection = self.cluster.connect(database=self.database)
        exporter.once()
        insert(connection, [{}, {}])
        pages = [parse_page(exporter.once()) for _ in range(2)]
        counted = [sum(value for (name, _), value in page.items() if name == "litellm_requests_total")
                   for page in pages]
        self.assertEqual(counted, [0, 2], "a new series is at 0 first")
        self.assertEqual(metric_of(pages[0], "litellm_budget_limit_usd", scope="team"), 200)
        self.assertEqual(metric_of(pages[0], "litellm_exporter_database_up"), 1)
        # The node exporter, whose textfile collector shows the page, has these itself.
        self.assertEqual([name for name, _ in pages[0] if not name.startswith("litellm_")], [])

    def by_entity(self, exporter, names):
        return {(name, tuple(dict(labels)[label] for label in ("scope", "id", "name"))): value
                for (name, labels), value in parse_page(exporter.page()).items() if name in names}

    def by_key(self, exporter):
        return [dict(labels)["key"] for name, labels in parse_page(exporter.page())
                if name.startswith("litellm_key_") and name.endswith("timestamp_seconds")]

    def keys(self, exporter):
        return {(name, *(dict(labels)[label] for label in ("key", "key_alias", "team"))): value
                for (name, labels), value in parse_page(exporter.page()).items()
                if name.startswith("litellm_key_") and name.endswith("timestamp_seconds")}


def metric_of(page, name, **labels):
    return sum(value for (series, present), value in page.items()
               if series == name and labels.items() <= present)


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""Spend and savings to date against what SQL put into the daily tables."""

import datetime
import unittest

from harness import EXPORTER_ROLE, FAST, IntegrationCase, keep_clear_of, metric, parse_page, wait_polls, wait_until

FAST_SPEND = FAST + "collectors: {spend: {poll_interval: 1s}}\n"
MONTH, SAVED = "litellm_spend_month_usd", "litellm_savings_month_usd"
TABLES = (("LiteLLM_DailyUserSpend", "user_id"), ("LiteLLM_DailyTeamSpend", "team_id"))


class Spend(IntegrationCase):
    # What LiteLLM stores is UTC; a server in another zone must not shift it.
    settings = {"timezone": "America/New_York"}

    def insert(self, table, **columns):
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join(["%s"] * len(columns))
        self.sql(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(columns.values()))

    def month_is_known(self, exporter):
        """The month has a value once each of its days was read, in as many polls as that takes."""
        wait_until(lambda: any(name == MONTH for name, _ in parse_page(exporter.page())), 60, "the month's spend")

    def test_spend_to_date_sums_what_the_daily_tables_split(self):
        keep_clear_of(86400)
        utc = datetime.datetime.now(datetime.timezone.utc)
        today = utc.date()
        first = today.replace(day=1)
        before = first - datetime.timedelta(days=1)
        self.insert("LiteLLM_TeamTable", team_id="t1", team_alias="search")
        for number, (team, date, spend) in enumerate((
                ("t1", today, 1.0), ("t1", today, 2.0), ("t2", today, 4.0), ("", today, 8.0),
                (None, first, 16.0), ("t1", first, 32.0), ("t1", before, 64.0))):
            for table, entity in TABLES:
                self.insert(table, id=str(number), **{entity: team}, date=date.isoformat(), api_key="k", model=None,
                            spend=spend, api_requests=1, updated_at=utc.replace(tzinfo=None))
        month = {"": 63.0, "t1": 35.0, "t2": 4.0}
        day = month if today == first else {"": 15.0, "t1": 3.0, "t2": 4.0}
        exporter = self.exporter(FAST_SPEND)
        self.month_is_known(exporter)
        page = parse_page(exporter.page())
        for name, expected in (("litellm_spend_day_usd", day), (MONTH, month)):
            found = {(dict(labels)["scope"], dict(labels)["id"], dict(labels)["name"]): value
                     for (series, labels), value in page.items() if series == name}
            self.assertEqual(found, {("global", "", ""): expected[""], ("team", "t1", "search"): expected["t1"],
                                     ("team", "t2", ""): expected["t2"]})

    def test_savings_of_the_day_and_the_month(self):
        keep_clear_of(86400)
        utc = datetime.datetime.now(datetime.timezone.utc)
        for number, (caching, router) in enumerate(((0.5, 0), (0.25, float("nan")), (-0.125, 0))):
            self.insert("LiteLLM_DailyUserSpend", id=str(number), user_id="u", date=utc.date().isoformat(), api_key=str(number),
                        model=None, spend=1.0, api_requests=1, prompt_caching_savings_spend=caching,
                        autorouter_savings_spend=router, updated_at=utc.replace(tzinfo=None))
        exporter = self.exporter(FAST_SPEND)
        self.month_is_known(exporter)
        page = parse_page(exporter.page())
        for name in ("litellm_savings_day_usd", SAVED):
            self.assertEqual({dict(labels)["kind"]: value for (series, labels), value in page.items() if series == name},
                             {"prompt_caching": 0.625})
        self.assertIn("autorouter_savings_spend (no number in some rows)", exporter.log())

    def test_a_row_that_is_no_number_takes_nothing_from_the_sum(self):
        keep_clear_of(86400)
        utc = datetime.datetime.now(datetime.timezone.utc)
        for number, spend in enumerate((5.0, float("nan"), float("inf"), float("-inf"), 2.0)):
            for table, entity in TABLES:
                self.insert(table, id=str(number), **{entity: "t1"}, date=utc.date().isoformat(), api_key=str(number),
                            model=None, spend=spend, api_requests=1, updated_at=utc.replace(tzinfo=None))
        exporter = self.exporter(FAST_SPEND)
        self.month_is_known(exporter)
        wait_polls(exporter, 2, "spend")
        for name in ("litellm_spend_day_usd", MONTH):
            self.assertEqual(metric(exporter, name, scope="global"), 7)
            self.assertEqual(metric(exporter, name, scope="team", id="t1"), 7)
        self.assertEqual(exporter.log().count("LiteLLM_DailyUserSpend.spend (no number in some rows)"), 1, exporter.log())

    def test_one_daily_table_without_rights_leaves_the_other(self):
        keep_clear_of(86400)
        utc = datetime.datetime.now(datetime.timezone.utc)
        for table, entity in TABLES:
            self.insert(table, id="1", **{entity: "t1"}, date=utc.date().isoformat(), api_key="k", model=None,
                        spend=7.0, api_requests=1, updated_at=utc.replace(tzinfo=None))
        day, success = "litellm_spend_day_usd", "litellm_exporter_collector_success"
        exporter = self.exporter(FAST_SPEND)
        wait_polls(exporter, 1, "spend")
        for lost, kept in (("Team", "global"), ("User", "team")):
            self.sql(f'REVOKE SELECT (spend) ON "LiteLLM_Daily{lost}Spend" FROM {EXPORTER_ROLE}')
            wait_polls(exporter, 2, "spend")
            self.assertEqual(metric(exporter, day), 7, "the other part is still there")
            self.assertEqual(metric(exporter, day, scope=kept), 7)
            self.assertEqual(metric(exporter, success, collector="spend"), 0)
            self.assertEqual(exporter.log().count(f'LiteLLM_Daily{lost}Spend'), 1, exporter.log())
            self.sql(f'GRANT SELECT (spend) ON "LiteLLM_Daily{lost}Spend" TO {EXPORTER_ROLE}')
            wait_polls(exporter, 2, "spend")
            self.assertEqual(metric(exporter, success, collector="spend"), 1)
            self.assertEqual(metric(exporter, day), 14)

    def test_days_that_are_over_are_not_read_at_each_poll(self):
        keep_clear_of(86400)
        today = datetime.datetime.now(datetime.timezone.utc).date()
        older = today.day - 2
        if older < 4:
            self.skipTest("the month has too few days that are over")
        rows = 1000
        for table, entity in TABLES:
            self.sql(f'INSERT INTO "{table}" (id, {entity}, date, api_key, model, spend, api_requests, updated_at)'
                     " SELECT gen_random_uuid(), 't1', to_char(day, 'YYYY-MM-DD'), 'k', row::text, 0.5, 1, now()"
                     " FROM generate_series(%s::date, %s::date, interval '1 day') AS day, generate_series(1, %s) AS row",
                     (today.replace(day=1), today - datetime.timedelta(days=2), rows))
            self.sql(f'INSERT INTO "{table}" (id, {entity}, date, api_key, spend, api_requests, updated_at)'
                     " VALUES ('today', 't1', %s, 'k', 7, 1, now())", (today.isoformat(),))
            self.sql(f'ANALYZE "{table}"')
        exporter = self.exporter(FAST_SPEND)
        self.month_is_known(exporter)
        month = 2 * (7 + older * rows / 2)
        self.assertEqual(metric(exporter, MONTH), month)
        wait_until(lambda: self.rows_read() >= 2 * older * rows, 60, "the server accounts what was read")
        before, polls = self.rows_read(), self.polls(exporter)
        wait_polls(exporter, 4, "spend")
        # Of each table one older day. What ended just before is accounted late, and a poll may have begun since.
        polls = self.polls(exporter) - polls + 2
        self.assertLess(self.rows_read() - before, polls * 2 * (rows + 10))
        self.assertEqual(metric(exporter, MONTH), month)
        # A correction is seen when it is the day's turn.
        self.sql("UPDATE \"LiteLLM_DailyUserSpend\" SET spend = 8.5 WHERE date < %s AND model = '1'", (today.isoformat(),))
        wait_until(lambda: metric(exporter, MONTH) >= month + 8, 30, "one day's correction")

    def rows_read(self):
        return self.sql("SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_user_tables"
                        " WHERE relname IN ('LiteLLM_DailyUserSpend', 'LiteLLM_DailyTeamSpend')")[0][0]

    @staticmethod
    def polls(exporter):
        return metric(exporter, "litellm_exporter_polls_total", collector="spend")


if __name__ == "__main__":
    unittest.main()

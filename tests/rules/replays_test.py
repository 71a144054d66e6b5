# SPDX-License-Identifier: Apache-2.0
"""Incidents and quiet days at several volumes, replayed: what must be told is told once, and nothing else is."""

import itertools
import math
import sys
import unittest

from replay import DAY, HOUR, SOURCES, Day, arrivals, labels, scattered


def office(minute):
    """The share of the busiest hour, which is one o'clock."""
    return max(0.02, math.exp(-((minute / HOUR % 24 - 13) / 4) ** 2))


def week(minute, first):
    """As office, but for Saturdays and Sundays; `first` is the weekday of the first day, Monday is 0."""
    return office(minute) * (0.05 if (minute // DAY + first) % 7 in (5, 6) else 1)


def names(told, severity=None):
    return [each.name for each in told if severity in (None, each.severity)]


class Outages(unittest.TestCase):
    def test_a_retry_storm_after_an_outage_pages_no_second_time(self):
        for source, rate in itertools.product(SOURCES, (20 / 60, 2, 3000)):
            with self.subTest((source, rate)):
                day = self.outage_and_storm(rate, source)
                self.assertEqual(names(day.replay("errors", "slo", step=2, start=170), "critical"),
                                 ["LiteLLMProviderOutage"])

    @staticmethod
    def outage_and_storm(rate, source):
        """An hour in which everything fails, and one in which everybody comes twice and more, and a third fails."""
        day, minutes = Day(8 * HOUR, source), 8 * HOUR
        day.requests(scattered(minutes, lambda m: 0 if 180 <= m < 240 else 2 * rate if 240 <= m < 300 else rate, 1))
        day.failures(scattered(minutes, lambda m: rate if 180 <= m < 240 else rate / 2 if 240 <= m < 300 else 0, 2),
                     code="503")
        day.count("litellm_request_retries_total" + labels(model="m", provider="a"),
                  arrivals(minutes, lambda m: 6 * rate if 240 <= m < 300 else 0))
        day.requests(arrivals(minutes, rate), model="n", provider="b")
        return day

    def test_one_of_two_deployments_fails(self):
        for source, rate in itertools.product(SOURCES, (20 / 60, 2, 3000)):
            with self.subTest((source, rate)):
                minutes = 8 * HOUR
                day = Day(minutes, source)
                day.requests(scattered(minutes, lambda m: rate / 2 if 180 <= m < 330 else rate, 3))
                day.failures(scattered(minutes, lambda m: rate / 2 if 180 <= m < 330 else 0, 4), code="503")
                day.requests(arrivals(minutes, 3 * rate), model="n", provider="b")
                told = day.replay("errors", "slo", step=2, start=170)
                self.assertEqual(len(names(told, "critical")), 1, told)
                tickets = names(told, "warning")
                self.assertEqual(len(tickets), len(set(tickets)), told)

    def test_a_weekend_of_three_requests_an_hour_one_of_which_fails_now_and_then(self):
        for source, every in itertools.product(SOURCES, (4, 9)):
            with self.subTest((source, every)):
                minutes, failed, good, bad = 3 * DAY, 0, [], []
                for minute, number in enumerate(scattered(minutes, lambda m: 2 * office(m) if m < DAY else 3 / 60, every)):
                    failed += number if minute >= DAY else 0
                    bad.append(failed // every)
                    failed %= every
                    good.append(max(0, number - bad[-1]))
                day = Day(minutes, source)
                day.requests(good)
                day.failures(bad)
                self.assertEqual(day.replay("availability", "slo", step=10, start=HOUR), [])


# In minutes. An alert that keeps itself alive reads what it was a step ago, and Prometheus 3 no longer finds what is five
# minutes old.
SHORT = 4


class Silence(unittest.TestCase):
    def hang(self, rate, in_flight, source="log", minutes=27 * HOUR, begin=1500):
        day = Day(minutes, source)
        day.requests(scattered(minutes, lambda m: 0 if begin <= m < begin + 60 else rate, 1))
        if in_flight:
            day.gauge("litellm_proxy_requests_in_flight" + labels(proxy="p"),
                      lambda m: round(rate * (m - begin), 3) if begin <= m < begin + 60 else min(rate, 20))
        return [(each.name, each.severity, each.start - begin) for each in day.replay("availability", step=SHORT, start=HOUR)]

    def test_proxies_that_answer_while_every_request_hangs(self):
        for source, (rate, in_flight, within) in itertools.product(
                SOURCES, ((20 / 60, True, 30), (3, False, 15), (3000, False, 15), (3000, True, 15))):
            with self.subTest((source, rate, in_flight)):
                told = self.hang(rate, in_flight, source)
                self.assertEqual([each[:2] for each in told], [("LiteLLMRequestsHang", "critical")])
                self.assertLessEqual(told[0][2], within + SOURCES[source].every)

    def test_an_hour_without_requests_where_there_are_three_an_hour(self):
        self.assertEqual(self.hang(3 / 60, True), [])

    def test_traffic_that_stops_in_office_hours(self):
        minutes, begin = 36 * HOUR, 34 * HOUR
        day = Day(minutes)
        day.requests(scattered(minutes, lambda m: 0 if m >= begin else 1.5 * office(m), 5))
        told = day.replay("availability", step=SHORT, start=HOUR)
        self.assertEqual(names(told), ["LiteLLMNoTraffic"], told)
        self.assertLessEqual(told[0].start - begin, 40)

    def test_evenings_nights_and_mornings(self):
        for rate in (20 / 60, 3000):
            with self.subTest(rate):
                day = Day(2 * DAY)
                day.requests(scattered(2 * DAY, lambda m: rate * office(m), 7))
                day.gauge("litellm_proxy_requests_in_flight" + labels(proxy="p"), lambda m: round(min(40, rate * office(m)), 2))
                self.assertEqual(day.replay("availability", step=SHORT, start=HOUR), [])


class Money(unittest.TestCase):
    @staticmethod
    def spend(minutes, rate):
        day = Day(minutes)
        day.count("litellm_spend_usd_total" + labels(model="m", provider="a"),
                  [round(rate(minute), 5) for minute in range(minutes)])
        day.requests(arrivals(minutes, 1))
        return day

    def test_ten_times_the_usual_at_three_in_the_morning(self):
        runaway = 7 * DAY + 170
        day = self.spend(runaway + 4 * HOUR,
                         lambda m: 3 * week(m, 0) * (10 if runaway <= m < runaway + 2 * HOUR else 1))
        told = day.replay("budgets", step=15, start=DAY)
        self.assertEqual(names(told), ["LiteLLMSpendAnomaly"], told)
        self.assertLessEqual(told[0].start - runaway, 75)

    def test_a_monday_before_there_was_one(self):
        for begin in (0, 18 * HOUR):
            with self.subTest(begin):
                day = self.spend(3 * DAY - begin, lambda m: 3 * week(m + begin, 5))
                self.assertEqual(day.replay("budgets", step=15, start=HOUR), [])

    def test_a_deploy_switches_the_response_cache_off(self):
        for rate in (2, 3000):
            with self.subTest(rate):
                minutes, deploy = 40 * HOUR, 33 * HOUR
                day = Day(minutes)
                day.requests(arrivals(minutes, lambda m: rate * office(m)))
                day.count("litellm_cache_hits_total" + labels(model="m", provider="a"),
                          arrivals(minutes, lambda m: rate * office(m) / 2 if m < deploy else 0))
                told = day.replay("budgets", step=10, start=HOUR)
                self.assertEqual(names(told), ["LiteLLMCacheHitsDropped"], told)
                self.assertLessEqual(told[0].start - deploy, 4 * HOUR)


class Latency(unittest.TestCase):
    def told(self, first, days, slower=lambda minute: 1):
        """One answer in twenty takes 1 s when there is nothing to do, and 9 s when there is most."""
        minutes, rate = days * DAY, lambda m: 8 * week(m, first) + 0.2
        day = Day(minutes)
        day.requests(arrivals(minutes, rate))
        who = {"model": "m", "provider": "a", "status": "success"}
        for le in ("0.5", "1", "2", "5", "10", "20", "60", "+Inf"):
            day.count("litellm_request_duration_seconds_bucket" + labels(**who, le=le),
                      [rate(m) * min(1, float(le) / (1 + 8 * week(m, first)) / slower(m)) for m in range(minutes)])
        return day.replay("latency", step=10, start=HOUR)

    def test_a_monday_begins(self):
        for first in (4, 5):
            with self.subTest(first):
                self.assertEqual([each for each in self.told(first, 7 - first + 1) if "Regression" in each.name], [])

    def test_a_deploy_makes_answers_slow(self):
        deploy = 4 * DAY + 10 * HOUR
        told = [each for each in self.told(0, 5, lambda m: 4 if m >= deploy else 1) if "Regression" in each.name]
        self.assertEqual(len(told), 1, told)
        self.assertLessEqual(told[0].start - deploy, 90)


class Keys(unittest.TestCase):
    def test_a_key_expires_over_a_weekend(self):
        for rate in (3 / 60, 20 / 60, 2):
            with self.subTest(rate):
                minutes, expiry = 4 * DAY, DAY + 5 * HOUR
                day, who = Day(minutes), {"key": "k", "key_alias": "r", "team": "t"}
                day.gauge("litellm_key_expires_timestamp_seconds" + labels(**who), expiry * 60)
                for status, used in (("success", lambda m: m < expiry), ("failure", lambda m, end=expiry: m >= end)):
                    day.count("litellm_key_requests_total" + labels(**who, status=status),
                              scattered(minutes, lambda m, used=used: rate if used(m) else 0, 3))
                told = day.replay("keys", step=5, start=HOUR)
                open_ = {minute for each in told for minute in range(each.start, each.end + 1, 5)}
                self.assertEqual(set(range(5 * HOUR + 20, minutes, 5)) - open_, set(), told)
                self.assertLessEqual(len(told), 2, told)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

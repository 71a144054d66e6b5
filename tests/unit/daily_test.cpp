// SPDX-License-Identifier: Apache-2.0
#include "daily/sums.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace litellm_exporter;
using namespace std::chrono_literals;

namespace {

using Grown = std::map<std::string, double>;
using Sight = DailySums::Sight;

constexpr Day kToday{2026y / 11 / 29};
constexpr std::chrono::days kDay{1};

struct Fixture {
  DailySums sums;

  struct Row {
    Day day;
    std::string labels;
    double sum;
  };

  DailyReading reading(std::initializer_list<Row> rows, Day today = kToday) const {
    DailyReading made(sums, today);
    for (const Row& row : rows) {
      made.add(row.day, row.labels, "other", row.sum);
    }
    return made;
  }
  Grown take(std::initializer_list<Row> rows, Day today = kToday, bool settled = true) {
    return sums.take(reading(rows, today), settled);
  }
  double remembered(Day day, const std::string& labels) const {
    const auto found = sums.days().find(day);
    return found == sums.days().end() || !found->second.contains(labels) ? -1
                                                                         : found->second.at(labels);
  }
};

}  // namespace

TEST_CASE("days are spelt as the tables have them") {
  CHECK(parse_day("2026-11-29") == kToday);
  CHECK(spell(kToday) == "2026-11-29");
  CHECK(spell(Day{1y / 1 / 2}) == "0001-01-02");
  for (const char* text : {"", "2026-11-2", "2026-11-290", "2026-02-29", "2026-13-01", "2026/11/29",
                           "2026-11-00", "-026-11-29", "2026-+1-29", "yyyy-mm-dd", "2026-1 -29"}) {
    CAPTURE(text);
    CHECK(!parse_day(text));
  }
}

TEST_CASE_FIXTURE(Fixture, "the first sight of a table is a baseline") {
  CHECK(sums.sight() == Sight::unseen);
  CHECK(take({{kToday, "a", 5}, {kToday - kDay, "a", 7}, {kToday, "b", 0}}) ==
        Grown{{"a", 0}, {"b", 0}});
  CHECK(sums.sight() == Sight::followed);
  CHECK(take({{kToday, "a", 6}, {kToday - kDay, "a", 9}, {kToday, "c", 2}}) ==
        Grown{{"a", 3}, {"c", 2}});
  CHECK(take({{kToday, "a", 6}, {kToday - kDay, "a", 9}, {kToday, "c", 2}}).empty());
}

TEST_CASE_FIXTURE(Fixture, "all that a table holds counts which was not there") {
  sums.absent(kToday);
  CHECK(sums.sight() == Sight::absent);
  CHECK(take({{kToday, "a", 5}}) == Grown{{"a", 5}});
}

TEST_CASE_FIXTURE(Fixture, "a table that came without rights is a baseline") {
  sums.absent(kToday);
  sums.refused();
  CHECK(take({{kToday, "a", 5}}) == Grown{{"a", 0}});
  // What was read once is only an outage.
  sums.refused();
  sums.absent(kToday);
  CHECK(take({{kToday, "a", 8}}) == Grown{{"a", 3}});
}

TEST_CASE_FIXTURE(Fixture, "a sum that is lowered counts on from there") {
  take({{kToday, "a", 5}, {kToday, "b", 4}});
  CHECK(take({{kToday, "a", 2}, {kToday, "b", 4}}).empty());
  CHECK(take({{kToday, "a", 3}}) == Grown{{"a", 1}});
  CHECK(remembered(kToday, "b") == 0);
  CHECK(take({{kToday, "a", 3}, {kToday, "b", 1}}) == Grown{{"b", 1}});
  CHECK(take({{kToday, "a", -3}, {kToday, "b", 1}}).empty());
  CHECK(remembered(kToday, "a") == 0);
}

TEST_CASE_FIXTURE(Fixture, "a server that lags behind lowers nothing") {
  take({{kToday, "a", 5}, {kToday, "b", 4}});
  CHECK(take({{kToday, "a", 2}}, kToday, /*settled=*/false).empty());
  CHECK(take({{kToday, "a", 6}, {kToday, "b", 4}}) == Grown{{"a", 1}});
  CHECK(take({{kToday, "a", 7}, {kToday, "c", 1}}, kToday, /*settled=*/false) ==
        Grown{{"a", 1}, {"c", 1}});
}

TEST_CASE_FIXTURE(Fixture, "yesterday goes on growing, and is forgotten tomorrow") {
  take({{kToday, "a", 5}});
  CHECK(take({{kToday, "a", 6}, {kToday + kDay, "a", 1}}, kToday + kDay) == Grown{{"a", 2}});
  CHECK(remembered(kToday, "a") == 6);
  take({{kToday, "a", 6}, {kToday + kDay, "a", 1}, {kToday + 2 * kDay, "a", 1}}, kToday + 2 * kDay);
  CHECK(remembered(kToday, "a") == -1);
  CHECK(remembered(kToday + kDay, "a") == 1);
  CHECK(sums.since() == kToday + kDay);
}

TEST_CASE_FIXTURE(Fixture, "what came in an outage of days counts") {
  take({{kToday, "a", 5}, {kToday - kDay, "a", 1}});
  const Day later = kToday + 5 * kDay;
  CHECK(DailyReading(sums, later).from() == kToday - kDay);
  CHECK(take({{kToday - kDay, "a", 2}, {kToday, "a", 7}, {kToday + kDay, "a", 4}, {later, "a", 1}},
             later) == Grown{{"a", 1 + 2 + 4 + 1}});
  CHECK(sums.days().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "other days are of no interest") {
  CHECK(take({{kToday + kDay, "a", 5}, {kToday - 2 * kDay, "a", 5}}).empty());
  // They count once they come.
  CHECK(take({{kToday + kDay, "a", 5}}, kToday + kDay) == Grown{{"a", 5}});
}

TEST_CASE_FIXTURE(Fixture, "a clock that was set back by a day brings none back") {
  take({{kToday, "a", 5}, {kToday - kDay, "a", 1}});
  CHECK(take({{kToday - kDay, "a", 2}, {kToday, "a", 7}}, kToday - kDay) == Grown{{"a", 1}});
  CHECK(sums.since() == kToday - kDay);
  CHECK(take({{kToday - kDay, "a", 2}, {kToday, "a", 7}}) == Grown{{"a", 2}});
}

TEST_CASE_FIXTURE(Fixture, "beyond the limit of a day the rest is one sum") {
  const auto fill = [&](DailyReading& into, double sum) {
    for (std::size_t i = 0; i < DailySums::kMostPerDay; ++i) {
      into.add(kToday, std::to_string(i), "other", sum);
    }
  };
  DailyReading first(sums, kToday);
  fill(first, 1);
  first.add(kToday, "x", "other", 3);
  first.add(kToday, "y", "other", 4);
  sums.take(first, true);
  CHECK(remembered(kToday, "other") == 7);
  CHECK(remembered(kToday, "x") == -1);
  // Whoever is remembered stays so, in whatever order rows come; another day has room.
  DailyReading second(sums, kToday + kDay);
  second.add(kToday, "y", "other", 5);
  second.add(kToday, "z", "other", 1);
  second.add(kToday, "x", "other", 3);
  second.add(kToday + kDay, "x", "other", 1);
  fill(second, 1);
  CHECK(sums.take(second, true) == Grown{{"other", 2}, {"x", 1}});
}

TEST_CASE_FIXTURE(Fixture, "equal labels are added up") {
  sums.absent(kToday);
  CHECK(take({{kToday, "a", 5}, {kToday, "a", 2}}) == Grown{{"a", 7}});
}

TEST_CASE_FIXTURE(Fixture, "only changes need saving") {
  take({{kToday, "a", 5}, {kToday, "b", 5}});
  CHECK(sums.changed().size() == 2);
  sums.saved();
  take({{kToday, "a", 6}, {kToday, "b", 5}});
  take({{kToday, "a", 7}, {kToday, "b", 5}});
  REQUIRE(sums.changed().size() == 1);
  CHECK(sums.changed().begin()->first->first == "a");
  CHECK(!sums.begun_anew());
  sums.forget();
  CHECK(sums.changed().empty());
  CHECK(sums.begun_anew());
  CHECK(sums.sight() == Sight::unseen);
}

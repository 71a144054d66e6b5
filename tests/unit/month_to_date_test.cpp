// SPDX-License-Identifier: Apache-2.0
#include "subjects/month_to_date.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace litellm_exporter;

namespace {

Day day(const char* text) { return parse_day(text).value(); }

// A daily table that somebody reads by way of a MonthToDate, and notes what is read.
struct Table {
  std::map<std::pair<std::string, std::string>, double> rows;
  MonthToDate month;
  std::string was_read;

  void read(const std::vector<Day>& days) {
    std::vector<MonthToDate::Found> found;
    for (const Day wanted : days) {
      was_read += (was_read.empty() ? "" : " ") + spell(wanted).substr(8);
      for (const auto& [of, sum] : rows) {
        if (of.first == spell(wanted)) {
          found.push_back({.day = wanted, .key = of.second, .sum = sum});
        }
      }
    }
    month.take(days, found);
  }

  // One poll that reads so many older days at most.
  std::string poll(const char* today, int older = 1) {
    was_read.clear();
    month.begin(day(today), "spend");
    read(month.recent());
    for (; older > 0 && month.next(); --older) {
      read({*month.next()});
    }
    return was_read;
  }

  // Day and month of each key.
  std::string sums() const {
    std::string said = month.complete() ? "" : "incomplete";
    for (const auto& [key, sums] : month.all()) {
      said += fmt::format("{}{} {}/{}", said.empty() ? "" : ", ", key, sums.of(month.today()),
                          sums.total());
    }
    return said;
  }
};

}  // namespace

TEST_CASE(
    "a month is complete once each of its days was read, and then old days are read in turn") {
  Table table;
  table.rows = {{{"2026-11-01", "a"}, 1},
                {{"2026-11-03", "b"}, 2},
                {{"2026-11-04", "a"}, 4},
                {{"2026-11-05", "a"}, 8},
                {{"2026-10-31", "a"}, 16}};
  CHECK(table.poll("2026-11-05") == "05 04 01");
  CHECK(table.sums() == "incomplete, a 8/13");
  CHECK(table.poll("2026-11-05") == "05 04 02");
  CHECK(table.poll("2026-11-05") == "05 04 03");
  CHECK(table.sums() == "a 8/13, b 0/2");
  CHECK(table.poll("2026-11-05") == "05 04 01");
  CHECK(table.poll("2026-11-05", 0) == "05 04");
  CHECK(table.sums() == "a 8/13, b 0/2");
}

TEST_CASE("rows that come late, change or go are seen when their day is read") {
  Table table;
  table.rows = {{{"2026-11-01", "a"}, 1}, {{"2026-11-02", "b"}, 2}, {{"2026-11-04", "a"}, 4}};
  table.poll("2026-11-04", 9);
  CHECK(table.sums() == "a 4/5, b 0/2");
  table.rows[{"2026-11-03", "a"}] = 8;
  table.rows[{"2026-11-01", "a"}] = 16;
  table.rows.erase({"2026-11-02", "b"});
  table.poll("2026-11-04", 0);
  CHECK(table.sums() == "a 4/13, b 0/2");
  table.poll("2026-11-04", 2);
  CHECK_MESSAGE(table.sums() == "a 4/28", "who has no row any more has no sum");
}

TEST_CASE("a day that was read before it was over is read once more before it counts") {
  Table table;
  table.rows = {{{"2026-11-03", "a"}, 1}};
  table.poll("2026-11-03", 9);
  CHECK(table.sums() == "a 1/1");
  table.rows[{"2026-11-03", "a"}] = 2;
  SUBCASE("the next day it is yesterday") {
    CHECK(table.poll("2026-11-04", 0) == "04 03");
    CHECK(table.sums() == "incomplete, a 0/2");
    CHECK(table.poll("2026-11-04") == "04 03 02");
    CHECK(table.sums() == "a 0/2");
  }
  SUBCASE("nobody polled for days") {
    CHECK(table.poll("2026-11-09", 2) == "09 08 02 03");
    CHECK(table.sums() == "incomplete, a 0/2");
    CHECK(table.poll("2026-11-09", 4) == "09 08 04 05 06 07");
    CHECK(table.sums() == "a 0/2");
  }
}

TEST_CASE("at midnight a month stays complete with one older day a poll") {
  Table table;
  table.poll("2026-11-20", 30);
  CHECK(table.month.complete());
  CHECK(table.poll("2026-11-21") == "21 20 19");
  CHECK(table.month.complete());
}

TEST_CASE("days with many rows rest once they are known") {
  Table table;
  table.rows = {{{"2026-11-02", "a"}, 1}, {{"2026-11-03", "a"}, 2}, {{"2026-11-04", "a"}, 4}};
  CHECK(table.poll("2026-11-04", 9).starts_with("04 03 01 02"));
  table.month.spend(3 * MonthToDate::kRowsAPoll);
  table.rows[{"2026-11-03", "a"}] = 8;
  CHECK(table.poll("2026-11-04") == "04");
  CHECK(table.poll("2026-11-04") == "04");
  CHECK(table.sums() == "a 4/7");
  CHECK(table.poll("2026-11-04").starts_with("04 03 0"));
  CHECK(table.sums() == "a 4/13");
  SUBCASE("but not over midnight") {
    table.month.spend(3 * MonthToDate::kRowsAPoll);
    CHECK(table.poll("2026-11-05") == "05 04 03");
    CHECK(table.sums() == "a 0/13");
  }
}

TEST_CASE("the first of a month has no yesterday") {
  Table table;
  table.rows = {{{"2026-10-31", "a"}, 1}, {{"2026-11-01", "b"}, 2}};
  CHECK(table.poll("2026-10-31", 30).starts_with("31 30 01"));
  CHECK(table.sums() == "a 1/1");
  CHECK(table.poll("2026-11-01") == "01");
  CHECK(table.sums() == "b 2/2");
  CHECK(table.poll("2026-11-02") == "02 01");
  CHECK(table.sums() == "b 0/2");
}

TEST_CASE("what was learnt under another clock, or of other columns, is forgotten") {
  Table table;
  table.rows = {{{"2026-11-02", "a"}, 1}, {{"2026-11-06", "a"}, 2}};
  table.poll("2026-11-06", 9);
  CHECK(table.sums() == "a 2/3");
  SUBCASE("set back") {
    CHECK(table.poll("2026-11-04", 0) == "04 03");
    CHECK(table.sums() == "incomplete");
    table.poll("2026-11-04", 2);
    CHECK(table.sums() == "a 0/1");
  }
  SUBCASE("the same month of another year") {
    table.poll("2027-11-06", 0);
    CHECK(table.sums() == "incomplete");
  }
  SUBCASE("other columns") {
    table.month.begin(day("2026-11-06"), "savings");
    CHECK(table.sums() == "incomplete");
  }
}

TEST_CASE("a month remembers in which of its days values were no numbers") {
  MonthToDate month;
  const auto poll = [&](bool without_number) {
    month.begin(day("2026-11-03"), "spend");
    month.take(month.recent(), {});
    month.take(
        {day("2026-11-01")},
        {{.day = day("2026-11-01"), .key = "a", .sum = 1, .without_number = without_number}});
    return month.all().at("a").without_number();
  };
  CHECK(poll(true));
  CHECK_FALSE(poll(false));
}

// SPDX-License-Identifier: Apache-2.0
#include "daily_table.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace litellm_exporter;

namespace {

using Fixture = DailyTableFixture;
using Extent = LevelReading::Extent;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what was there is a baseline, and rows count while they tell all") {
  sum(1, requests(5, 1));
  poll();
  request(1, requests(2, 1, 0.5));
  request(2, requests(1), "other");
  poll();
  CHECK(successes == 3);
  CHECK(failures == 1);
  CHECK(spend == 0.5);
}

TEST_CASE_FIXTURE(Fixture, "the sums take over what became no row, at any moment") {
  sum(1, requests(5));
  poll();
  request(1, requests(2));
  sum(1, requests(3, 1, 0.25));
  sum(2, requests(1), "other");
  take_over();
  CHECK(successes == 6);
  CHECK(failures == 1);
  CHECK(spend == 0.25);
  sum(1, requests(2));
  poll();
  poll();
  CHECK(successes == 8);
}

TEST_CASE_FIXTURE(Fixture, "a row whose sum is on its way counts once") {
  poll();
  row(requests(4));
  sum(2, requests(3), "other");
  take_over();
  CHECK(successes == 7);
  CHECK_FALSE(levels.is_settled());
  sum(1, requests(3));
  poll();
  CHECK(successes == 7);
  sum(1, requests(2));
  poll();
  CHECK(successes == 8);
  CHECK(levels.is_settled());
}

TEST_CASE_FIXTURE(Fixture, "rows of a day that the sums count are not counted again") {
  poll();
  take_over();
  sum(1, requests(2, 0, 1.0));
  row(requests(2, 0, 1.0));
  poll();
  row(requests(1));
  sum(1, requests(1));
  poll();
  CHECK(successes == 3);
  CHECK(spend == 1.0);
}

TEST_CASE_FIXTURE(Fixture, "one outcome may come from rows and the other from sums") {
  poll();
  levels.switch_to(Outcome::failure, true);
  memory.forget();
  sum(1, requests(2, 3));
  row(requests(2));
  poll();
  CHECK(successes == 2);
  CHECK(failures == 3);
  request(1, requests(5));
  sum(1, requests(0, 1));
  poll();
  CHECK(successes == 7);
  CHECK(failures == 4);
}

TEST_CASE_FIXTURE(Fixture, "corrections and deleted rows hide nothing") {
  poll();
  take_over();
  sum(1, requests(10));
  sum(2, requests(10));
  sum(3, requests(10));
  poll();
  CHECK(successes == 30);
  table.at(1).amounts[Measure::successes] = 4;
  sum(2, requests(3));
  table.erase(3);
  poll();
  CHECK(successes == 33);
  sum(1, requests(1));
  sum(3, requests(2));
  poll();
  CHECK(successes == 36);
  table.erase(2);
  poll();
  restart();
  sum(4, requests(5));
  poll();
  CHECK(successes == 41);
}

TEST_CASE_FIXTURE(Fixture, "only what has changed need be read") {
  poll();
  take_over();
  sum(1, requests(10));
  poll(kToday, false);
  sum(2, requests(4));
  poll(kToday, false);
  table.at(1).amounts[Measure::successes] = 7;
  poll(kToday, false);
  sum(1, requests(1));
  poll(kToday, false);
  CHECK(successes == 15);
}

TEST_CASE_FIXTURE(Fixture, "a row may be ahead of the poll that begins its day") {
  poll();
  row(requests(2), "u", kToday + kDay);
  sum(9, requests(2), "u", kToday + kDay);
  levels.switch_to(Outcome::success, true);
  memory.forget();
  poll(kToday + kDay);
  CHECK(successes == 2);
}

TEST_CASE_FIXTURE(Fixture, "rows come back when nothing moves") {
  poll();
  take_over();
  sum(1, requests(3));
  poll();
  CHECK(levels.is_settled());
  levels.switch_to(Outcome::success, false);
  levels.switch_to(Outcome::failure, false);
  memory.forget();
  request(1, requests(2));
  poll();
  CHECK(successes == 5);
  sum(1, requests(1));
  take_over();
  CHECK(successes == 6);
}

TEST_CASE_FIXTURE(Fixture, "names that rows and sums spell differently count nothing twice") {
  poll();
  for (int i = 0; i < 100; ++i) {
    row(requests(1), "by row");
    sum(1, requests(1), "by sum");
  }
  take_over();
  CHECK(successes == 100);
  CHECK(mismatched == std::vector{SumOf::user});
  sum(1, requests(5), "by sum");
  poll();
  CHECK(successes == 105);
}

TEST_CASE_FIXTURE(Fixture, "made-up names share one group") {
  poll();
  take_over();
  const auto many = DailyLevels::kMostGroups + 100;
  for (std::uint64_t id = 0; id < many; ++id) {
    sum(id, requests(1), std::to_string(id));
  }
  poll();
  CHECK(successes == static_cast<double>(many));
  sum(many - 1, requests(1), std::to_string(many - 1));
  poll();
  CHECK(successes == static_cast<double>(many + 1));
  CHECK(levels.days().at(kToday).groups[SumOf::user].size() == DailyLevels::kMostGroups + 1);
}

TEST_CASE_FIXTURE(Fixture, "what cannot be read for a while is neither lost nor counted again") {
  poll();
  take_over();
  sum(1, requests(5, 0, 1.0));
  poll();
  LevelReading reading(memory, Extent::complete, kToday);
  EnumArray<Measure, bool> some = everything();
  some[Measure::spend] = false;
  reading.begin(SumTable::user_spend, {SumOf::all}, some);
  reading.add(SumTable::user_spend, kToday, 1, requests(5), {{SumOf::all, "", ""}});
  reading.miss(SumOf::user);
  CHECK(levels.take(reading).grown.empty());
  memory.forget();
  sum(1, requests(2, 0, 0.5));
  poll();
  CHECK(successes == 7);
  CHECK(spend == 1.5);
}

TEST_CASE_FIXTURE(Fixture, "rows are ahead of a table of models that is written to at last") {
  const auto poll_models = [&](double requests_there) {
    LevelReading reading(memory, Extent::anew, kToday);
    reading.begin(SumTable::model_usage, {SumOf::all, SumOf::model}, everything());
    levels.begin_through(kToday);
    if (requests_there > 0) {
      reading.add(SumTable::model_usage, kToday, 1, requests(requests_there),
                  {{SumOf::model, "m", ""}});
    }
    double grown = 0;
    for (const auto& growth : levels.take(reading).grown) {
      grown += growth.amounts[Measure::successes];
    }
    return grown;
  };
  CHECK(poll_models(0) == 0);
  CHECK_FALSE(levels.takes(kToday, SumOf::model, Measure::successes));
  SUBCASE("more rows than it has") { levels.add(kToday, SumOf::model, "m", requests(20)); }
  SUBCASE("no rows") { levels.add(kToday, SumOf::model, "m", requests(0)); }
  levels.use_model_usage(true);
  CHECK(poll_models(4) == 0);
  const auto& group = levels.days().at(kToday).groups[SumOf::model].at("m");
  const double counted = group.level[Measure::successes];
  levels.switch_to(Outcome::success, true);
  CHECK(poll_models(30) == 30 - counted);
  CHECK((counted == 20 || counted == 0));
  CHECK(levels.is_settled());
}

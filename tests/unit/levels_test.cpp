// SPDX-License-Identifier: Apache-2.0
#include "daily/levels.hpp"

#include "daily/level_reading.hpp"
#include "state/levels_codec.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace litellm_exporter;
using namespace std::chrono_literals;

namespace {

using Extent = LevelReading::Extent;

constexpr Day kToday{2026y / 11 / 29};
constexpr std::chrono::days kDay{1};

EnumArray<Measure, bool> everything() {
  EnumArray<Measure, bool> counts;
  std::ranges::fill(counts, true);
  return counts;
}

Measures requests(double successes, double failures = 0, double spend = 0) {
  Measures amounts;
  amounts[Measure::successes] = successes;
  amounts[Measure::failures] = failures;
  amounts[Measure::spend] = spend;
  return amounts;
}

// A table of daily sums, and whoever counts.
struct Fixture {
  struct Row {
    Day day;
    std::string user;
    Measures amounts;
  };
  std::map<std::uint64_t, Row> table;
  DailyLevels levels;
  SumMemory memory;
  double successes = 0;
  double failures = 0;
  double spend = 0;
  std::vector<SumOf> mismatched;

  void sum(std::uint64_t id, const Measures& amounts, const std::string& user = "u",
           Day day = kToday) {
    Row& row = table.try_emplace(id, Row{day, user, {}}).first->second;
    for (const Measure measure : kEnumerators<Measure>) {
      row.amounts[measure] += amounts[measure];
    }
  }
  void row(const Measures& amounts, const std::string& user = "u", Day day = kToday) {
    const auto take = [&](Measure measure, double& counted) {
      counted += levels.takes(day, SumOf::user, measure) ? 0 : amounts[measure];
    };
    take(Measure::successes, successes);
    take(Measure::failures, failures);
    take(Measure::spend, spend);
    levels.add(day, SumOf::all, "", amounts);
    levels.add(day, SumOf::user, user, amounts);
  }
  // Both, as when LiteLLM logs.
  void request(std::uint64_t id, const Measures& amounts, const std::string& user = "u") {
    sum(id, amounts, user);
    row(amounts, user);
  }
  void poll(Day today = kToday, bool few = true) {
    const Extent extent =
        memory.known.empty() ? Extent::anew : (few ? Extent::complete : Extent::changes);
    LevelReading reading(memory, extent, today);
    reading.begin(SumTable::user_spend, {SumOf::all, SumOf::user}, everything());
    levels.begin_through(today);
    for (const auto& [id, row] : table) {
      reading.add(SumTable::user_spend, row.day, id, row.amounts,
                  {{SumOf::all, "", ""}, {SumOf::user, row.user, ""}});
    }
    const auto taken = levels.take(reading);
    for (const auto& growth : taken.grown) {
      if (growth.of == SumOf::user) {
        successes += growth.amounts[Measure::successes];
        failures += growth.amounts[Measure::failures];
        spend += growth.amounts[Measure::spend];
      }
    }
    mismatched = taken.mismatched;
    std::move(reading).remember(memory);
    levels.forget_before(today - kDay);
  }
  void take_over() {
    levels.switch_to(Outcome::success, true);
    levels.switch_to(Outcome::failure, true);
    memory.forget();
    poll();
  }
  void restart() {
    DailyLevels loaded;
    ServerHistory server;
    apply_levels(Decoder(encode_levels(levels, {"1/2/3", 4, 5}, true)), loaded, server);
    CHECK(server.cluster == "1/2/3");
    levels = std::move(loaded);
    memory.forget();
  }
};

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

TEST_CASE_FIXTURE(Fixture, "days end late, and may pass while nobody looks") {
  poll();
  take_over();
  sum(1, requests(1));
  poll();
  sum(1, requests(2));
  sum(2, requests(5), "u", kToday + kDay);
  poll(kToday + kDay);
  CHECK(successes == 8);
  restart();
  sum(1, requests(1));
  sum(2, requests(1), "u", kToday + kDay);
  sum(3, requests(4), "u", kToday + 2 * kDay);
  sum(4, requests(7), "u", kToday + 3 * kDay);
  poll(kToday + 3 * kDay);
  CHECK(successes == 21);
  CHECK(levels.days().size() == 2);
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

TEST_CASE_FIXTURE(Fixture, "a restart neither loses nor doubles") {
  sum(1, requests(5));
  poll();
  request(1, requests(2));
  restart();
  sum(1, requests(1));
  take_over();
  CHECK(successes == 3);
  restart();
  sum(1, requests(4));
  poll();
  CHECK(successes == 7);
  // A correction while nobody looked.
  restart();
  table.at(1).amounts[Measure::successes] = 2;
  poll();
  sum(1, requests(1));
  poll();
  CHECK(successes == 8);
}

TEST_CASE_FIXTURE(Fixture, "changes are saved, and what is loaded is what was saved") {
  poll();
  take_over();
  const std::string whole = encode_levels(levels, {}, true);
  levels.saved();
  sum(1, requests(3), "one");
  sum(2, requests(4), "two");
  poll();
  const std::string change = encode_levels(levels, {}, false);
  DailyLevels loaded;
  ServerHistory server;
  apply_levels(Decoder(whole), loaded, server);
  apply_levels(Decoder(change), loaded, server);
  levels = std::move(loaded);
  memory.forget();
  poll();
  CHECK(successes == 7);
  CHECK_THROWS_AS(apply_levels(Decoder(change.substr(0, change.size() - 1)), levels, server),
                  DecodeError);
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

TEST_CASE_FIXTURE(Fixture, "a full day of made-up names survives a restart") {
  poll();
  take_over();
  for (std::uint64_t id = 0; id < DailyLevels::kMostGroups + 100; ++id) {
    sum(id, requests(50), std::to_string(id));
  }
  poll();
  const double counted = successes;
  restart();
  poll();
  CHECK(successes == counted);
}

TEST_CASE_FIXTURE(Fixture, "a clock that goes back over midnight counts no day again") {
  sum(1, requests(500), "u", kToday - 2 * kDay);
  poll();
  take_over();
  sum(2, requests(3));
  poll();
  poll(kToday - kDay);
  poll();
  CHECK(successes == 3);
  CHECK(levels.from(kToday - kDay) == kToday - kDay);
}

TEST_CASE_FIXTURE(Fixture, "rows of a day after an absence are noted before anybody polls") {
  poll();
  levels.begin_through(kToday + 3 * kDay);
  row(requests(4), "u", kToday + 3 * kDay);
  sum(7, requests(4), "u", kToday + 3 * kDay);
  levels.switch_to(Outcome::success, true);
  memory.forget();
  poll(kToday + 3 * kDay);
  CHECK(successes == 4);
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

TEST_CASE_FIXTURE(Fixture, "other names and kinds of requests begin anew") {
  levels.use_terms(1);
  poll();
  take_over();
  levels.use_terms(1);
  CHECK(levels.started());
  levels.use_terms(2);
  CHECK_FALSE(levels.started());
  CHECK(levels.begun_anew());
}

TEST_CASE_FIXTURE(Fixture, "a table of models that fills at the switch counts nothing twice") {
  const auto poll_models = [&](double requests_there) {
    LevelReading reading(memory, Extent::anew, kToday);
    reading.begin(SumTable::model_usage, {SumOf::all, SumOf::model}, everything());
    levels.begin_through(kToday);
    reading.add(SumTable::model_usage, kToday, 1, requests(requests_there),
                {{SumOf::model, "m", ""}});
    double grown = 0;
    for (const auto& growth : levels.take(reading).grown) {
      grown += growth.amounts[Measure::successes];
    }
    return grown;
  };
  CHECK(poll_models(0) == 0);
  levels.add(kToday, SumOf::model, "m", requests(14));
  levels.switch_to(Outcome::success, true);
  SUBCASE("rows counted until now") {
    levels.use_model_usage(true, true);
    CHECK(poll_models(33) == 0);
  }
  SUBCASE("the sums counted before") {
    CHECK(poll_models(14) == 0);
    levels.use_model_usage(true, true);
    CHECK(poll_models(3) == 3);
  }
}

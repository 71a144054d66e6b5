// SPDX-License-Identifier: Apache-2.0
#include "daily_table.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace litellm_exporter;

namespace {

using Fixture = DailyTableFixture;

}  // namespace

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

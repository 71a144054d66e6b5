// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daily/level_reading.hpp"
#include "daily/levels.hpp"
#include "state/levels_codec.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace litellm_exporter {

using namespace std::chrono_literals;

inline constexpr Day kToday{2026y / 11 / 29};
inline constexpr std::chrono::days kDay{1};

inline EnumArray<Measure, bool> everything() {
  EnumArray<Measure, bool> counts;
  std::ranges::fill(counts, true);
  return counts;
}

inline Measures requests(double successes, double failures = 0, double spend = 0) {
  Measures amounts;
  amounts[Measure::successes] = successes;
  amounts[Measure::failures] = failures;
  amounts[Measure::spend] = spend;
  return amounts;
}

// A table of daily sums, and whoever counts.
struct DailyTableFixture {
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
    const LevelReading::Extent extent =
        memory.known.empty()
            ? LevelReading::Extent::anew
            : (few ? LevelReading::Extent::complete : LevelReading::Extent::changes);
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

}  // namespace litellm_exporter

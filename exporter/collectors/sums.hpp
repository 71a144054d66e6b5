// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/sums_reader.hpp"
#include "config/config.hpp"
#include "counting/counting.hpp"
#include "daily/level_reading.hpp"
#include "metrics/findings.hpp"
#include "metrics/gauge_board.hpp"
#include "poll/collector.hpp"
#include "poll/error.hpp"
#include "postgres/database.hpp"
#include "spendlog/position_reader.hpp"
#include "tally/tally.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace litellm_exporter {

// Counts requests from LiteLLM's daily sums where they become rows nowhere, and finds out whether
// they do. It runs behind the collectors of rows, in the same thread: what those have counted is
// known here. As long as rows tell everything it reads two numbers; else all sums of today and
// yesterday once, and then those that have changed. All that it is given outlives it, but for the
// configuration.
class SumsCollector : public Collector {
 public:
  SumsCollector(const Config& config, postgres::Database& database, Counting& counting,
                PositionReader& positions, GaugeBoard& gauges, Tally& tally);

  void collect(const std::stop_token& stop) override;
  Gaps gaps() const override { return gaps_; }

 private:
  using Clock = std::chrono::steady_clock;

  // What one poll finds out before any of it counts.
  struct Sight {
    Identity identity;
    Position position;
    ServerHistory::Found server = ServerHistory::Found::same;
    Day today;
    // Whether there are sums at all.
    bool known = false;
    // LiteLLM writes to the table of models.
    bool model_usage = false;
    std::set<SumTable> refused;
    std::optional<LevelReading> reading;
    std::map<Day, Measures> totals;
    postgres::NotedGaps noted;
    // Of one table; the others count all the same.
    std::optional<PollError> failure;
  };

  // How long to wait after a reading that took so long.
  Clock::duration pause(Clock::duration elapsed) const;
  Sight poll(const std::stop_token& stop);
  Sight read(postgres::Snapshot& snapshot);
  // The tables that can be read, and whether changed rows can be told from others in all of them.
  std::vector<SumTable> look_at_tables(postgres::TableAccess& tables, Sight& findings,
                                       bool& versions) const;
  void read_tables(postgres::TableAccess& tables, Sight& findings);
  bool wants_sums(const Position& position, Day today) const;
  bool knows(const std::vector<SumTable>& tables, const Sight& findings) const;
  LevelReading::Extent extent(const std::vector<SumTable>& tables, const Sight& findings,
                              bool versions) const;
  // What the groups are made by.
  std::uint64_t terms() const;
  // Whether anything was counted, or is counted from elsewhere from now on.
  bool take(Sight& findings);
  bool take_sums(Sight& findings);
  // Whether the tables must be read at once.
  bool judge(const Sight& findings);
  bool judge(Outcome outcome, const Sight& findings);
  // Whether the outcome was counted from rows until now.
  bool take_over(Outcome outcome);
  // Until when rows are read, by the database's clock.
  Micros rows_read_until(Micros now);
  Findings audit();
  void say_sources();

  Config config_;
  std::vector<SumTable> tables_;
  postgres::Database& database_;
  Counting& counting_;
  PositionReader& positions_;
  GaugeBoard& gauges_;
  Tally& tally_;
  // Whether requests come from here alone.
  bool alone_;
  SumMemory memory_;
  // At the reading that is remembered.
  Position read_at_;
  Day read_to_;
  // As long as rows count: the totals of the poll before.
  std::map<Day, Measures> totals_;
  Clock::time_point complete_at_;
  // What the sums have of today.
  Day today_;
  double summed_today_ = 0;
  // Where reading takes long it is done less often.
  Clock::time_point next_;
  // How often statement_timeout a statement may take.
  int patience_ = 1;
  Clock::duration elapsed_ = Clock::duration::max();
  // When rows were read last, by their cursor.
  Micros rows_read_ = 0;
  Clock::time_point rows_read_at_;
  Gaps gaps_;
  Gaps said_;
};

}  // namespace litellm_exporter

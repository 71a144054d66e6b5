// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "counting/counting.hpp"
#include "daily/memory.hpp"
#include "poll/collector.hpp"
#include "poll/error.hpp"
#include "poll/worker.hpp"
#include "postgres/database.hpp"
#include "postgres/table_access.hpp"
#include "spendlog/position_reader.hpp"
#include "spendlog/server_history.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm_exporter {

// Takes in by how much the sums of some of LiteLLM's daily tables have grown. Runs in the lane of
// the log, in front of it: the log's poll saves the counters and the sums that they have taken in,
// in one record, and then shows them. Everything that it is given outlives it.
class DailyCollector : public Collector {
 public:
  // Without `counting` it is a trial, and nothing is counted.
  DailyCollector(std::string name, std::vector<DailyTable> tables, const Config& config,
                 postgres::Database& database, DailyMemory& memory, ServerHistory& server,
                 PositionReader& positions, Counting* counting);

  void collect(const std::stop_token& stop) override;
  Gaps gaps() const override { return gaps_; }

 private:
  // What one poll finds out before any of it counts.
  struct Findings {
    std::vector<std::pair<DailyTable, DailyReading>> read;
    std::vector<DailyTable> absent;
    std::vector<DailyTable> refused;
    // By the database's clock; nothing until that was read.
    std::optional<Micros> now;
    Day today;
    // Not of a server that lags behind another one seen before.
    bool settled = true;
    ServerHistory server;
    postgres::NotedGaps noted;
    // Of one table; the others count all the same.
    std::optional<PollError> failure;
  };

  void read(postgres::Snapshot& snapshot, Findings& findings);
  void follow_server(const Identity& identity, const Position& position, Findings& findings);
  void follow_clock(Day today);
  void read_table(postgres::TableAccess& tables, DailyTable table, Findings& findings);
  void take(const Findings& findings);
  void count(DailyTable table, const std::string& labels, double growth);
  void count_at_edge(Per per, const std::string& labels, double growth);
  void add_codes(const std::string& labels, double growth);
  // Part of a series of label values, fit for a label.
  std::string cleaned(std::string_view part) const;
  // Of failures without one, if this collector reads their codes.
  ErrorCodes* codes() const;

  std::vector<DailyTable> tables_;
  std::size_t label_bytes_;
  postgres::Database& database_;
  DailyMemory& memory_;
  ServerHistory& server_;
  Counting* counting_;
  PositionReader& positions_;
  Gaps gaps_;
  // Those of them that the log knows.
  Gaps said_;
};

// Those that the configuration asks for. Of the other tables `memory` forgets all.
Collectors make_daily_collectors(const Config& config, postgres::Database& database,
                                 DailyMemory& memory, ServerHistory& server,
                                 PositionReader& positions, Counting* counting);

// The same for a trial: they read what they would count, remember and count nothing.
Collectors make_daily_trials(const Config& config, postgres::Database& database);

}  // namespace litellm_exporter

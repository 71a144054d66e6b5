// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "counting/counting.hpp"
#include "daily/memory.hpp"
#include "poll/collector.hpp"
#include "poll/error.hpp"
#include "postgres/database.hpp"
#include "postgres/table_access.hpp"
#include "spendlog/position_reader.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace litellm_exporter {

// Counts what LiteLLM's proxies have counted at their edge, from the sums that they keep by the
// day. Runs in the lane of the log, in front of it: the log's poll saves the counters and the sums
// that they have taken in, in one record, and then shows them. Everything that it is given outlives
// it.
class GatewayCollector : public Collector {
 public:
  // Without `counting` it is a trial, and nothing is counted.
  GatewayCollector(const Config& config, postgres::Database& database, DailyMemory& memory,
                   PositionReader& positions, Counting* counting);

  void collect(const std::stop_token& stop) override;
  Gaps gaps() const override { return gaps_; }

 private:
  // What one poll finds out before any of it counts.
  struct Findings {
    std::vector<std::pair<DailyTable, DailyReading>> read;
    std::vector<DailyTable> absent;
    std::vector<DailyTable> refused;
    Day today;
    // Not of a server that lags behind another one seen before.
    bool settled = true;
    std::uint64_t newest = 0;
    std::uint32_t timeline = 0;
    postgres::NotedGaps noted;
    // Of one table; the other one counts all the same.
    std::optional<PollError> failure;
  };

  Findings read(postgres::Snapshot& snapshot);
  void follow_server(const Identity& identity, const Position& position, Findings& findings);
  void follow_clock(Day today);
  void read_table(postgres::TableAccess& tables, DailyTable table, Findings& findings);
  void take(const Findings& findings);
  void count(DailyTable table, const std::string& labels, double growth);

  std::size_t label_bytes_;
  postgres::Database& database_;
  DailyMemory& memory_;
  Counting* counting_;
  PositionReader& positions_;
  Gaps gaps_;
  // Those of them that the log knows.
  Gaps said_;
};

// For a trial: reads what it would count, remembers and counts nothing.
std::unique_ptr<Collector> make_gateway_trial(const Config& config, postgres::Database& database);

}  // namespace litellm_exporter

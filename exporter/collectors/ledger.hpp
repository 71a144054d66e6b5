// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "counting/counting.hpp"
#include "counting/ledger_sink.hpp"
#include "metrics/gauge_board.hpp"
#include "poll/collector.hpp"
#include "postgres/database.hpp"
#include "spendlog/position_reader.hpp"
#include "spendlog/tail.hpp"
#include "tally/tally.hpp"

namespace litellm_exporter {

// Polls the ledger of LiteLLM's accounting for requests that the spend log does not have. It runs
// after the collector of the spend log, in the same thread: what that one has counted is known
// here. Without such a table, as before LiteLLM 1.110, there is nothing to do. All that it is given
// outlives it, but for the configuration.
class LedgerCollector : public Collector {
 public:
  LedgerCollector(const Config& config, postgres::Database& database, Counting& counting,
                  PositionReader& positions, GaugeBoard& gauges, Tally& tally);

  void collect(const std::stop_token& stop) override;
  Gaps gaps() const override { return gaps_; }

 private:
  // Whether there is a ledger to read; what is missing goes to the gaps.
  bool look_for_table(postgres::Session& session);

  postgres::Database& database_;
  GaugeBoard& gauges_;
  Tally& tally_;
  // Whether requests come from here alone.
  bool alone_;
  LedgerSink sink_;
  Tail tail_;
  Gaps gaps_;
};

}  // namespace litellm_exporter

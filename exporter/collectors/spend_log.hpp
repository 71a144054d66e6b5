// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "counting/counting.hpp"
#include "names/directory.hpp"
#include "poll/collector.hpp"
#include "postgres/database.hpp"
#include "spendlog/position_reader.hpp"
#include "spendlog/tail.hpp"
#include "tally/tally.hpp"

namespace litellm_exporter {

// Polls the spend log: its rows go through `counting` into the tally, which saves and publishes
// them. All of these outlive the collector.
class SpendLogCollector : public Collector {
 public:
  SpendLogCollector(const Config& config, postgres::Database& database, Directory& directory,
                    Counting& counting, PositionReader& positions, Tally& tally);

  void collect(const std::stop_token& stop) override;
  Gaps gaps() const override { return tail_.gaps(); }

 private:
  void look_for_new_keys(postgres::Session& session);

  postgres::Database& database_;
  Directory& directory_;
  Tally& tally_;
  Tail tail_;
  std::size_t label_bytes_;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "counting/counting.hpp"
#include "metrics/counters.hpp"
#include "metrics/scrapers.hpp"
#include "names/directory.hpp"
#include "poll/collector.hpp"
#include "postgres/database.hpp"
#include "spendlog/tail.hpp"
#include "state/keeper.hpp"
#include "summary/keeper.hpp"

namespace litellm_exporter {

// Polls the spend log, saves what was counted and only then publishes it: nothing that a scrape
// has seen is ever taken back.
class SpendLogCollector : public Collector {
 public:
  struct Parts {
    postgres::Database& database;
    Directory& directory;
    Counting& counting;
    StateKeeper& keeper;
    State& state;
    Counters& counters;
    Scrapers& scrapers;
    SummaryKeeper& summary;
    std::string baseline_reason;
    // Goes on across reloads, so that scrapers' memories stay valid.
    std::uint64_t& edition;
  };

  SpendLogCollector(const Config& config, const Parts& parts);

  void collect(const std::stop_token& stop) override;
  Gaps gaps() const override { return tail_.gaps(); }

 private:
  void look_for_new_keys(postgres::Session& session);
  void publish();
  void render_page();
  prometheus::MetricFamily series_family() const;
  prometheus::MetricFamily saved_family() const;
  bool enabled(FamilyGroup group) const;

  Parts parts_;
  Tail tail_;
  Config::Families families_;
  std::size_t label_bytes_;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/gauge_collector.hpp"
#include "config/config.hpp"
#include "counting/counting.hpp"
#include "metrics/counters.hpp"
#include "metrics/gauge_board.hpp"
#include "metrics/scrapers.hpp"
#include "names/directory.hpp"
#include "names/model_names.hpp"
#include "poll/status.hpp"
#include "poll/worker.hpp"
#include "postgres/database.hpp"
#include "proxies/access.hpp"
#include "series/store.hpp"
#include "state/keeper.hpp"
#include "summary/keeper.hpp"

#include <memory>
#include <vector>

namespace litellm_exporter {

// The bounds that the configuration asks for.
SeriesStore::Bounds bounds_of(const Config& config);

// Everything that polls under one configuration. Destroying it stops the polling and waits for it;
// keeper, state and the rest outlive it and go into the next one.
class Pipeline {
 public:
  struct Shared {
    StateKeeper& keeper;
    State& state;
    Counters& counters;
    GaugeBoard& gauges;
    Scrapers& scrapers;
    SummaryKeeper& summary;
    StatusBoard& board;
    // For the first baseline, if there has been none.
    std::string baseline_reason;
    std::uint64_t& edition;
  };

  // The configuration outlives it.
  Pipeline(const Config& config, const Shared& shared);

  // Starts to poll, each lane in a thread of its own: neither a slow audit nor a proxy that hangs
  // may delay the spend log.
  void start();
  // Polls everything once, in this thread.
  void run_once();

 private:
  StatusBoard& board_;
  postgres::Database log_database_;
  postgres::Database entity_database_;
  ProxyAccess proxies_;
  ModelNameStore model_names_;
  Directory directory_;
  Counting counting_;
  // Spend log; one for each collector that asks proxies; entities.
  std::vector<Collectors> lanes_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace litellm_exporter

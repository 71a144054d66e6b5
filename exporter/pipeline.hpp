// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/gauge_collector.hpp"
#include "config/config.hpp"
#include "counting/counting.hpp"
#include "metrics/gauge_board.hpp"
#include "names/directory.hpp"
#include "names/model_names.hpp"
#include "poll/status.hpp"
#include "poll/worker.hpp"
#include "postgres/database.hpp"
#include "proxies/access.hpp"
#include "spendlog/position_reader.hpp"
#include "tally/tally.hpp"

#include <memory>
#include <vector>

namespace litellm_exporter {

// For the lease of an exporter that is one of several: its waits are short.
postgres::Database lease_database(const Config& config, postgres::Answered answered);

// Everything that polls under one configuration. Destroying it stops the polling and waits for it;
// the tally goes on under the next one.
class Pipeline {
 public:
  // All of these outlive it.
  Pipeline(const Config& config, Tally& tally, GaugeBoard& gauges, StatusBoard& board);

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
  // Of the session that reads rows.
  PositionReader positions_;
  Counting counting_;
  // Spend log; one for each collector that asks proxies; entities.
  std::vector<Collectors> lanes_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace litellm_exporter

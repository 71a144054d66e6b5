// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "counting/counting.hpp"
#include "entities/directory.hpp"
#include "metrics/page.hpp"
#include "metrics/scrapers.hpp"
#include "poll/status.hpp"
#include "poll/worker.hpp"
#include "postgres/database.hpp"
#include "series/store.hpp"
#include "state/keeper.hpp"

#include <memory>

namespace litellm_exporter {

// Slots of the page, in its order.
inline constexpr std::size_t kCountersSlot = 0;
inline constexpr std::size_t kSlots = 1;

// The bounds that the configuration asks for.
SeriesStore::Bounds bounds_of(const Config& config);

// Everything that polls under one configuration. Destroying it stops the polling and waits for it;
// keeper, state and the rest outlive it and go into the next one.
class Pipeline {
 public:
  struct Shared {
    StateKeeper& keeper;
    State& state;
    PageStore& pages;
    Scrapers& scrapers;
    StatusBoard& board;
    // For the first baseline, if there has been none.
    std::string baseline_reason;
    std::uint64_t& edition;
  };

  Pipeline(const Config& config, const Shared& shared);

 private:
  postgres::Database database_;
  Directory directory_;
  Counting counting_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counters.hpp"
#include "tally/scrapers.hpp"
#include "tally/summary.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace litellm_exporter {

// The web's view of a Tally. It can change nothing that was counted; it only reports who has
// fetched which edition. May be used from any thread; a lock is held for copying a pointer only.
// Belongs to the Tally that made it.
class TallyReader {
 public:
  TallyReader(const Counters& counters, const SummaryKeeper& summary, Scrapers& scrapers)
      : counters_(counters), summary_(summary), scrapers_(scrapers) {}

  // The edition of the counters that the page shows.
  Counters::Edition edition() const { return counters_.current(); }
  // The present and the week before it. Never null.
  std::shared_ptr<const Summary> summary() const { return summary_.current(); }
  // `who` has received all of an edition: address and User-Agent of a client that says it is
  // Prometheus.
  void fetched(const std::string& who, std::uint64_t edition) const {
    scrapers_.fetched(who, edition, Scrapers::Clock::now());
  }

 private:
  const Counters& counters_;
  const SummaryKeeper& summary_;
  Scrapers& scrapers_;
};

}  // namespace litellm_exporter

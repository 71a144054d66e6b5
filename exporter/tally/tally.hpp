// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "metrics/counters.hpp"
#include "spendlog/sink.hpp"
#include "state/keeper.hpp"
#include "state/state.hpp"
#include "tally/reader.hpp"
#include "tally/scrapers.hpp"
#include "tally/summary.hpp"

#include <prometheus/metric_family.h>

#include <cstdint>

namespace litellm_exporter {

// Owns what was counted, saved and shown, and outlives every configuration: the state and its file,
// the editions of the page, who has fetched which, the summary for /status. Nothing that a scrape
// has seen is ever taken back, because an edition is published only after it was saved.
//
// Belongs to the thread that polls the spend log; between two configurations to the thread that
// exchanges them. Other threads use reader().
class Tally {
 public:
  // Locks the directory of the state and loads what is there. Throws FileError.
  explicit Tally(const Config& config);

  // Counting changes it, in the thread that this belongs to.
  State& state() noexcept { return loaded_.state; }
  // Why a baseline is taken if the state has none.
  Baseline baseline_reason() const noexcept;

  // Takes over a new configuration: histograms whose bounds have changed start afresh.
  void adopt(const Config& config);
  // Brings onto the page what was loaded or adopted, and what is foreseen, before the first poll.
  void resume();
  // Durable when it returns. Throws PollError with Reason::state; nothing is lost by that.
  void save();
  // Saves and makes a new edition, in which new series show their values once every Prometheus has
  // fetched them at 0. Throws PollError as save() does: then the page holds still.
  void publish();

  const TallyReader& reader() const noexcept { return reader_; }

 private:
  void make_edition();
  prometheus::MetricFamily series_family() const;
  prometheus::MetricFamily saved_family() const;

  FamilySwitches families_;
  StateKeeper keeper_;
  StateKeeper::Loaded loaded_;
  Scrapers scrapers_;
  SummaryKeeper summary_;
  Counters counters_;
  std::uint64_t edition_ = 0;
  TallyReader reader_{counters_, summary_, scrapers_};
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "metrics/counters.hpp"
#include "spendlog/sink.hpp"
#include "state/keeper.hpp"
#include "state/state.hpp"
#include "tally/edition_text.hpp"
#include "tally/reader.hpp"
#include "tally/scrapers.hpp"
#include "tally/summary.hpp"

#include <prometheus/metric_family.h>

#include <atomic>
#include <cstdint>
#include <string_view>

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
  // What follows is for exporters of which one counts and the others stand by, and is called while
  // nothing polls. Forgets the counters, which are not shown any more; what was saved stays.
  void withdraw(const Config& config);
  // Adds to what was saved what another exporter did, as its feed() gave it. Throws DecodeError and
  // FileError.
  void copy(std::string_view bytes) { keeper_.copy(bytes); }
  const FeedPlace& copied() const noexcept { return keeper_.copied(); }
  // Goes on from what was saved. Whoever counted before may have shown any series that is there; if
  // the copy `is_old`, others, too, so that until reveal() new ones are shown at once.
  void take_over(const Config& config, bool is_old);
  // Whether anything was ever saved.
  bool empty() const noexcept { return keeper_.empty(); }
  // Those that follow may be called from any thread. All that happened meanwhile was counted.
  void reveal() noexcept { revealed_ = true; }
  bool revealed() const noexcept { return revealed_; }
  // When the last poll ended that is saved, by the database's clock; 0 before the first.
  Micros polled_at() const noexcept { return keeper_.polled_at(); }
  const StateFeed& feed() const noexcept { return keeper_.feed(); }

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
  EditionText text_;
  std::atomic<bool> revealed_ = true;
  bool copy_is_old_ = false;
  TallyReader reader_{counters_, summary_, scrapers_};
};

}  // namespace litellm_exporter

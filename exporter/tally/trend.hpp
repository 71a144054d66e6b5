// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tally/outages.hpp"
#include "tally/totals.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

namespace litellm_exporter {

using HourPoint = std::chrono::sys_time<std::chrono::hours>;

// The totals as they were when an hour began, or when the exporter began to count in it.
struct Checkpoint {
  HourPoint hour;
  Totals totals;
  // When exactly it was made.
  std::chrono::sys_seconds at;
};

// Shared by one summary and the next: a week with many models is too much to copy at each poll.
using Checkpoints = std::vector<std::shared_ptr<const Checkpoint>>;

// The present and the week before it, as the page shows them. Rows belong to the hour in which
// they were counted. Immutable once it is published.
struct Summary {
  static constexpr std::chrono::days kSpan{7};
  // How long checkpoints keep what is split by model and class: a day, the hour that has begun, and
  // one for a clock that is set back. Of a week it would be too much.
  static constexpr std::chrono::hours kSplit{26};

  std::chrono::system_clock::time_point at;
  Totals now;
  // Providers that fail.
  std::vector<Outages::Outage> outages;
  // By hour, ascending, at most one week and one hour long; hours without an exporter are missing.
  Checkpoints checkpoints;

  // The totals at the beginning of an hour. Before the first checkpoint: as at the first.
  const Totals& at_hour(HourPoint hour) const;
  // How many of the hours in [from, to) have a checkpoint: the exporter counted in them.
  std::ptrdiff_t counted_hours(HourPoint from, HourPoint to) const;
};

// Takes the present in: a new hour gets a checkpoint, what is older than the span goes. Totals that
// are less than before (another database, a lost state) start the trend anew. Returns whether a
// checkpoint was made.
bool advance(Summary& summary, const Totals& totals, std::chrono::system_clock::time_point now);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "tally/trend.hpp"

#include <algorithm>
#include <utility>

namespace litellm_exporter {
namespace {

bool went_back(const Totals& before, const Totals& now) {
  return now.requests < before.requests || now.tokens < before.tokens;
}

HourPoint hour_of(const std::shared_ptr<const Checkpoint>& checkpoint) { return checkpoint->hour; }

std::shared_ptr<const Checkpoint> without_split(Checkpoint checkpoint) {
  checkpoint.totals.spend_by_model.clear();
  checkpoint.totals.errors_by_class.clear();
  return std::make_shared<const Checkpoint>(std::move(checkpoint));
}

}  // namespace

const Totals& Summary::at_hour(HourPoint hour) const {
  const auto found = std::ranges::lower_bound(checkpoints, hour, {}, hour_of);
  return found == checkpoints.end() ? now : (*found)->totals;
}

std::ptrdiff_t Summary::counted_hours(HourPoint from, HourPoint to) const {
  return std::ranges::lower_bound(checkpoints, to, {}, hour_of) -
         std::ranges::lower_bound(checkpoints, from, {}, hour_of);
}

bool advance(Summary& summary, const Totals& totals, std::chrono::system_clock::time_point now) {
  const HourPoint hour = std::chrono::floor<std::chrono::hours>(now);
  auto& checkpoints = summary.checkpoints;
  // A clock that was set back leaves checkpoints of the future.
  std::erase_if(checkpoints, [&](const auto& checkpoint) {
    return checkpoint->hour > hour || checkpoint->hour < hour - Summary::kSpan;
  });
  if (!checkpoints.empty() && went_back(checkpoints.back()->totals, totals)) {
    checkpoints.clear();
  }
  summary.at = now;
  summary.now = totals;
  if (!checkpoints.empty() && checkpoints.back()->hour == hour) {
    return false;
  }
  checkpoints.push_back(std::make_shared<const Checkpoint>(
      Checkpoint{hour, totals, std::chrono::floor<std::chrono::seconds>(now)}));
  for (auto& checkpoint : checkpoints) {
    if (checkpoint->hour < hour - Summary::kSplit) {
      checkpoint = without_split(*checkpoint);
    }
  }
  return true;
}

}  // namespace litellm_exporter

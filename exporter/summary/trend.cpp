// SPDX-License-Identifier: Apache-2.0
#include "summary/trend.hpp"

#include <algorithm>

namespace litellm_exporter {
namespace {

bool went_back(const Totals& before, const Totals& now) {
  return now.requests < before.requests || now.tokens < before.tokens;
}

}  // namespace

const Totals& Summary::at_hour(HourPoint hour) const {
  const auto found = std::ranges::lower_bound(checkpoints, hour, {}, &Checkpoint::hour);
  return found == checkpoints.end() ? now : found->totals;
}

std::ptrdiff_t Summary::counted_hours(HourPoint from, HourPoint to) const {
  return std::ranges::lower_bound(checkpoints, to, {}, &Checkpoint::hour) -
         std::ranges::lower_bound(checkpoints, from, {}, &Checkpoint::hour);
}

bool advance(Summary& summary, const Totals& totals, std::chrono::system_clock::time_point now) {
  const HourPoint hour = std::chrono::floor<std::chrono::hours>(now);
  auto& checkpoints = summary.checkpoints;
  // A clock that was set back leaves checkpoints of the future.
  std::erase_if(checkpoints, [&](const Checkpoint& checkpoint) {
    return checkpoint.hour > hour || checkpoint.hour < hour - Summary::kSpan;
  });
  if (!checkpoints.empty() && went_back(checkpoints.back().totals, totals)) {
    checkpoints.clear();
  }
  summary.at = now;
  summary.now = totals;
  if (!checkpoints.empty() && checkpoints.back().hour == hour) {
    return false;
  }
  checkpoints.push_back({hour, totals, std::chrono::floor<std::chrono::seconds>(now)});
  for (Checkpoint& checkpoint : checkpoints) {
    if (checkpoint.hour < hour - Summary::kSplit) {
      checkpoint.totals.spend_by_model.clear();
      checkpoint.totals.errors_by_class.clear();
    }
  }
  return true;
}

}  // namespace litellm_exporter

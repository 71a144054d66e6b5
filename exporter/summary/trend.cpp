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
  checkpoints.push_back({hour, totals});
  return true;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "spendlog/settled_horizon.hpp"

#include <algorithm>

namespace litellm_exporter {

std::optional<Xid> SettledHorizon::observe(Xid horizon, Micros steady) {
  // A catch-up looks hundreds of times a second; dated later, a look is only trusted later.
  constexpr Micros kOneLook = 1'000'000;
  if (seen_.size() > 1 && steady - seen_[seen_.size() - 2].at < kOneLook) {
    seen_.back() = {steady, std::min(horizon, seen_.back().horizon)};
  } else {
    seen_.push_back({steady, horizon});
  }
  const auto settled = [&](const Seen& seen) { return steady - seen.at >= kSettles; };
  while (seen_.size() > 1 && settled(seen_[1])) {
    seen_.pop_front();
  }
  if (!settled(seen_.front())) {
    return std::nullopt;
  }
  return std::ranges::min(seen_, {}, &Seen::horizon).horizon;
}

}  // namespace litellm_exporter

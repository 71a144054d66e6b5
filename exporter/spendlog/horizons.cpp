// SPDX-License-Identifier: Apache-2.0
#include "spendlog/horizons.hpp"

#include <algorithm>

namespace litellm_exporter {

Xid Horizons::at(Micros start) const {
  const auto after = starts_.upper_bound(start);
  return after == starts_.begin() ? 0 : std::prev(after)->second;
}

Xid Horizons::lowest(Micros from, Micros to) const {
  Xid lowest = at(from);
  for (auto range = starts_.upper_bound(from); range != starts_.end() && range->first < to;
       ++range) {
    lowest = std::min(lowest, range->second);
  }
  return lowest;
}

void Horizons::set(Micros from, Micros to, Xid horizon) {
  const Xid beyond = at(to);
  starts_.erase(starts_.lower_bound(from), starts_.lower_bound(to));
  starts_[from] = horizon;
  if (to != kEndOfTime) {
    starts_.try_emplace(to, beyond);
  }
}

void Horizons::lower(Xid ids) {
  for (auto& [start, horizon] : starts_) {
    horizon -= std::min(horizon, ids);
  }
}

void Horizons::forget_before(Micros start) {
  const auto after = starts_.upper_bound(start);
  if (after == starts_.begin()) {
    return;
  }
  const Xid horizon = std::prev(after)->second;
  starts_.erase(starts_.begin(), after);
  starts_[start] = horizon;
}

}  // namespace litellm_exporter

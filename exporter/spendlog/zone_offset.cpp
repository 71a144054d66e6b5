// SPDX-License-Identifier: Apache-2.0
#include "spendlog/zone_offset.hpp"

#include <algorithm>
#include <utility>

namespace litellm_exporter {
namespace {

// Zones differ by quarters of an hour.
constexpr Micros kQuarter = 15LL * 60 * 1'000'000;

Micros nearest_quarter(Micros time) {
  const Micros half = time < 0 ? -kQuarter / 2 : kQuarter / 2;
  return (time + half) / kQuarter * kQuarter;
}

}  // namespace

void ZoneOffset::follow(Micros newest, Micros now, Micros zone) {
  const auto before = std::exchange(newest_, newest);
  const Micros zone_before = std::exchange(zone_, zone);
  const Micros told = nearest_quarter(newest - now);
  if (!before) {
    ahead_ = told == 0 || told == zone ? told : std::min(Micros{0}, zone);
  } else if (newest > *before) {
    ahead_ = told;
  } else if (zone != zone_before && ahead_ == zone_before) {
    // Summer begins or ends.
    ahead_ = zone;
  }
}

}  // namespace litellm_exporter

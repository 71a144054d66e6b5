// SPDX-License-Identifier: Apache-2.0
#include "spendlog/trusted_clock.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace litellm_exporter {

Micros TrustedClock::judge(Micros told, Micros own, Micros steady) {
  // A clock that is being slewed, and the time that an answer takes.
  constexpr Micros kTolerance = 10'000'000;
  // 2025: a machine that believes to live before has no clock, and is no witness.
  constexpr Micros kBeforeAll = 1'735'689'600'000'000;
  const Micros offset = (own > kBeforeAll ? std::min(told, own + kTolerance) : told) - steady;
  const bool jumped = offset_ && offset > *offset_ + kTolerance;
  if (jumped && !doubted_since_) {
    doubted_since_ = steady;
  }
  if (!jumped || steady - *doubted_since_ >= doubt_) {
    offset_ = offset;
    doubted_since_.reset();
  }
  return steady + *offset_;
}

Micros steady_now() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return Micros{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000;
}

Micros wall_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "spendlog/trusted_clock.hpp"

#include <ctime>

namespace litellm_exporter {

Micros TrustedClock::judge(Micros told, Micros steady) {
  // A clock that is being slewed, and the time that an answer takes.
  constexpr Micros kTolerance = 10'000'000;
  const Micros offset = told - steady;
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

}  // namespace litellm_exporter

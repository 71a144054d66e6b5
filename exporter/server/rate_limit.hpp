// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/web_config.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>

namespace litellm_exporter {

// A token bucket for all clients together, as exporter-toolkit has it: one that holds nothing
// admits nobody. May be used from any thread.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  bool admits(const WebConfig::RateLimit& limit, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    const std::chrono::duration<double> interval = limit.interval;
    const auto most = static_cast<double>(limit.burst);
    const std::chrono::duration<double> passed = now - last_.value_or(now);
    tokens_ = last_ ? std::min(most, tokens_ + passed / interval) : most;
    last_ = now;
    if (tokens_ < 1) {
      return false;
    }
    tokens_ -= 1;
    return true;
  }

 private:
  std::mutex mutex_;
  // Absent before the first request, which finds the bucket full.
  std::optional<Clock::time_point> last_;
  double tokens_ = 0;
};

}  // namespace litellm_exporter

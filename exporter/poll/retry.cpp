// SPDX-License-Identifier: Apache-2.0
#include "poll/retry.hpp"

#include <algorithm>

namespace litellm_exporter {

Milliseconds retry_after(std::uint64_t failures, Milliseconds took, Milliseconds interval) {
  constexpr Milliseconds kFirst = std::chrono::seconds(30);
  constexpr Milliseconds kLongest = std::chrono::minutes(5);
  constexpr int kCalm = 10;
  Milliseconds pause = kFirst;
  for (std::uint64_t failure = 1; failure < failures && pause < kLongest; ++failure) {
    pause *= 2;
  }
  return std::min(std::max(std::min(pause, kLongest), kCalm * took), interval);
}

}  // namespace litellm_exporter

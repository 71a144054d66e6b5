// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace litellm_exporter {

// Remembers which edition of the counters each Prometheus has fetched, so that a new series stays
// at 0 until all of them have seen it there. May be used from any thread.
class Scrapers {
 public:
  using Clock = std::chrono::steady_clock;

  // `who` tells scrapers apart: address and User-Agent of a client that says it is Prometheus.
  void fetched(const std::string& who, std::uint64_t edition, Clock::time_point now);

  // So many came to the process before this one: they will again, so they are waited for, for a
  // while.
  void expect(std::uint64_t scrapers, Clock::time_point now);

  // The edition that every scraper has fetched, as long as it keeps coming at its own pace. Without
  // any, `newest`: nobody is there to miss an increase.
  std::uint64_t fetched_by_all(std::uint64_t newest, Clock::time_point now);

  // How many keep coming, as of the last fetched_by_all().
  std::uint64_t count() const;

 private:
  struct Visit {
    std::uint64_t edition = 0;
    Clock::time_point at;
    // Between the last two visits; until the second one, a guess at the long side.
    Clock::duration interval = std::chrono::seconds(45);

    bool is_gone(Clock::time_point now) const;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Visit> visits_;
  std::uint64_t expected_ = 0;
  Clock::time_point expected_until_;
};

}  // namespace litellm_exporter

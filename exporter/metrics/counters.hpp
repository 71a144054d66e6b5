// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/fragment.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace litellm_exporter {

// The counters as the page shows them: replaced as a whole after each poll and withdrawn only
// where another exporter counts on, since counters stay true. May be used from any thread; the lock
// is held for copying a pointer.
class Counters {
 public:
  struct Edition {
    // In the order of the page.
    std::vector<std::shared_ptr<const Fragment>> fragments;
    // Scrapers are known by the newest one that they have fetched; 0 before the first.
    std::uint64_t number = 0;
  };

  void publish(Edition edition) {
    const std::lock_guard lock(mutex_);
    edition_ = std::move(edition);
  }
  Edition current() const {
    const std::lock_guard lock(mutex_);
    return edition_;
  }

 private:
  mutable std::mutex mutex_;
  Edition edition_;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tally/trend.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace litellm_exporter {

// Keeps the summary up to date and on disk, and hands it to whoever shows it.
class SummaryKeeper {
 public:
  // Loads the trend from the directory of the state.
  explicit SummaryKeeper(const std::string& directory);

  // Called by the thread that counts, after what it counted is on the page. Writes a file once an
  // hour.
  void update(const SeriesStore& store, std::chrono::system_clock::time_point now);

  // Never null; may be called from any thread. The lock is held for copying a pointer.
  std::shared_ptr<const Summary> current() const;

 private:
  std::string path_;
  // Of the thread that counts.
  Outages outages_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Summary> summary_;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "tally/summary.hpp"

#include "tally/trend_file.hpp"

namespace litellm_exporter {

SummaryKeeper::SummaryKeeper(const std::string& directory) : path_(directory + "/trend.json") {
  Summary loaded;
  loaded.checkpoints = load_trend(path_);
  if (!loaded.checkpoints.empty()) {
    loaded.now = loaded.checkpoints.back()->totals;
  }
  summary_ = std::make_shared<const Summary>(std::move(loaded));
}

void SummaryKeeper::update(const SeriesStore& store, std::chrono::system_clock::time_point now) {
  auto next = std::make_shared<Summary>();
  next->checkpoints = current()->checkpoints;
  if (advance(*next, totals_of(store), now)) {
    save_trend(path_, next->checkpoints);
  }
  outages_.update(providers_of(store), now);
  next->outages = outages_.current();
  const std::lock_guard lock(mutex_);
  summary_ = std::move(next);
}

std::shared_ptr<const Summary> SummaryKeeper::current() const {
  const std::lock_guard lock(mutex_);
  return summary_;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "metrics/scrapers.hpp"

#include <algorithm>

namespace litellm_exporter {
namespace {

// Longer than any usual scrape interval: after this a scraper is taken for gone.
constexpr std::chrono::minutes kGone{3};
constexpr std::size_t kMost = 64;

}  // namespace

void Scrapers::fetched(const std::string& who, std::uint64_t edition, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (visits_.size() < kMost || visits_.contains(who)) {
    visits_[who] = {edition, now};
  }
}

std::uint64_t Scrapers::fetched_by_all(std::uint64_t newest, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(visits_, [&](const auto& visit) { return now - visit.second.at > kGone; });
  std::uint64_t edition = newest;
  for (const auto& [who, visit] : visits_) {
    edition = std::min(edition, visit.edition);
  }
  return edition;
}

}  // namespace litellm_exporter

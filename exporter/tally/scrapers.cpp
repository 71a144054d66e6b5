// SPDX-License-Identifier: Apache-2.0
#include "tally/scrapers.hpp"

#include <algorithm>

namespace litellm_exporter {
namespace {

constexpr std::size_t kMost = 64;
constexpr Scrapers::Clock::duration kLongest = std::chrono::minutes(5);

}  // namespace

bool Scrapers::Visit::is_gone(Clock::time_point now) const {
  // A restart of Prometheus takes a while even where the scrapes are close together.
  constexpr Clock::duration kShortest = std::chrono::seconds(30);
  return now - at > std::clamp(4 * interval, kShortest, kLongest);
}

void Scrapers::fetched(const std::string& who, std::uint64_t edition, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto known = visits_.find(who);
  if (known != visits_.end()) {
    known->second = {edition, now, now - known->second.at};
  } else if (visits_.size() < kMost) {
    visits_[who] = {edition, now};
  }
}

void Scrapers::expect(std::uint64_t scrapers, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  expected_ = std::min<std::uint64_t>(scrapers, kMost);
  expected_until_ = now + kLongest;
}

std::uint64_t Scrapers::fetched_by_all(std::uint64_t newest, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(visits_, [&](const auto& visit) { return visit.second.is_gone(now); });
  if (visits_.size() >= expected_ || now > expected_until_) {
    expected_ = 0;
  }
  std::uint64_t edition = expected_ > 0 ? 0 : newest;
  for (const auto& [who, visit] : visits_) {
    edition = std::min(edition, visit.edition);
  }
  return edition;
}

std::uint64_t Scrapers::count() const {
  const std::lock_guard lock(mutex_);
  // Scrapers that are still awaited must survive another restart.
  return std::max<std::uint64_t>(expected_, visits_.size());
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "metrics/gauge_board.hpp"

#include <algorithm>
#include <utility>

namespace litellm_exporter {

void GaugeBoard::publish(const std::string& publisher,
                         std::vector<prometheus::MetricFamily> families, Clock::time_point expiry,
                         ProxyCount proxies) {
  Published fresh{{}, expiry, proxies};
  for (prometheus::MetricFamily& family : families) {
    if (!family.metric.empty()) {
      const std::string name = family.name;
      fresh.families[name] = make_parts(std::move(family));
    }
  }
  const std::lock_guard lock(mutex_);
  published_[publisher] = std::move(fresh);
  ++revision_;
}

void GaugeBoard::retain(const std::set<std::string>& publishers) {
  const std::lock_guard lock(mutex_);
  std::erase_if(published_, [&](const auto& entry) { return !publishers.contains(entry.first); });
  ++revision_;
}

std::shared_ptr<const Fragment> GaugeBoard::current() const {
  const auto now = Clock::now();
  std::map<std::string, std::vector<FamilyParts>> families;
  Joined joined{nullptr, 0, Clock::time_point::max()};
  {
    const std::lock_guard lock(mutex_);
    if (joined_.text && joined_.revision == revision_ && now < joined_.expiry) {
      return joined_.text;
    }
    joined.revision = revision_;
    for (const auto& [publisher, published] : published_) {
      if (now < published.expiry) {
        joined.expiry = std::min(joined.expiry, published.expiry);
        for (const auto& [family, parts] : published.families) {
          families[family].push_back(parts);
        }
      }
    }
  }
  std::vector<std::shared_ptr<const Fragment>> fragments;
  for (const auto& [family, parts] : families) {
    fragments.push_back(parts.front().header);
    for (const FamilyParts& part : parts) {
      fragments.push_back(part.samples);
    }
  }
  joined.text = join(fragments);
  const std::lock_guard lock(mutex_);
  joined_ = joined;
  return joined.text;
}

ProxyCount GaugeBoard::proxies() const {
  const auto now = Clock::now();
  ProxyCount all;
  const std::lock_guard lock(mutex_);
  for (const auto& [publisher, published] : published_) {
    if (now < published.expiry) {
      all.up += published.proxies.up;
      all.watched += published.proxies.watched;
    }
  }
  return all;
}

}  // namespace litellm_exporter

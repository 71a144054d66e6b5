// SPDX-License-Identifier: Apache-2.0
#include "metrics/snapshots.hpp"

#include <utility>

namespace litellm_exporter {

void Snapshots::publish(const std::string& source, std::vector<prometheus::MetricFamily> families,
                        Clock::time_point expiry, ProxyCount proxies) {
  Source fresh{{}, expiry, proxies};
  for (prometheus::MetricFamily& family : families) {
    if (!family.metric.empty()) {
      const std::string name = family.name;
      fresh.families[name] = make_parts(std::move(family));
    }
  }
  const std::lock_guard lock(mutex_);
  sources_[source] = std::move(fresh);
}

void Snapshots::retain(const std::set<std::string>& sources) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sources_, [&](const auto& entry) { return !sources.contains(entry.first); });
}

std::vector<std::shared_ptr<const Fragment>> Snapshots::current() const {
  const auto now = Clock::now();
  std::map<std::string, std::vector<FamilyParts>> families;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, source] : sources_) {
      if (now < source.expiry) {
        for (const auto& [family, parts] : source.families) {
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
  return fragments;
}

ProxyCount Snapshots::proxies() const {
  const auto now = Clock::now();
  ProxyCount all;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, source] : sources_) {
    if (now < source.expiry) {
      all.up += source.proxies.up;
      all.watched += source.proxies.watched;
    }
  }
  return all;
}

}  // namespace litellm_exporter

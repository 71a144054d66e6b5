// SPDX-License-Identifier: Apache-2.0
#include "metrics/gauge_board.hpp"

#include "base/text.hpp"

#include <sstream>

namespace litellm_exporter {

void GaugeBoard::publish(const std::string& publisher,
                         std::vector<prometheus::MetricFamily> families, Clock::time_point expiry) {
  Published fresh{{}, expiry};
  for (prometheus::MetricFamily& family : families) {
    if (!family.metric.empty()) {
      const std::string name = family.name;
      fresh.families[name] = make_parts(std::move(family));
    }
  }
  const std::lock_guard lock(mutex_);
  published_[publisher] = std::move(fresh);
}

void GaugeBoard::retain(const std::set<std::string>& publishers) {
  const std::lock_guard lock(mutex_);
  std::erase_if(published_, [&](const auto& entry) { return !publishers.contains(entry.first); });
}

std::vector<std::shared_ptr<const Fragment>> GaugeBoard::current() const {
  const auto now = Clock::now();
  std::map<std::string, std::vector<FamilyParts>> families;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [publisher, published] : published_) {
      if (now < published.expiry) {
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
  return fragments;
}

std::vector<double> GaugeBoard::values(const std::string& family) const {
  const auto now = Clock::now();
  std::vector<std::shared_ptr<const Fragment>> samples;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [publisher, published] : published_) {
      const auto found = published.families.find(family);
      if (now < published.expiry && found != published.families.end()) {
        samples.push_back(found->second.samples);
      }
    }
  }
  std::vector<double> values;
  for (const auto& fragment : samples) {
    std::istringstream lines(fragment->plain);
    for (std::string line; std::getline(lines, line);) {
      values.push_back(parse_number(line.substr(line.rfind(' ') + 1)).value_or(0));
    }
  }
  return values;
}

}  // namespace litellm_exporter

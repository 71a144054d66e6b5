// SPDX-License-Identifier: Apache-2.0
#include "metrics/findings.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace litellm_exporter {

void Findings::add(const Gauge& gauge, std::optional<double> value, const LabelPairs& labels) {
  if (!value || !std::isfinite(*value)) {
    return;
  }
  std::string key;
  for (const auto& [name, text] : labels) {
    key += text;
    key += '\0';
  }
  Found& found = of(gauge);
  if (found.seen.insert(std::move(key)).second) {
    add_sample(found.family, *value, labels);
  }
}

Findings::Found& Findings::of(const Gauge& gauge) {
  const auto found = std::ranges::find(found_, &gauge, &Found::gauge);
  if (found != found_.end()) {
    return *found;
  }
  return found_.emplace_back(
      Found{&gauge,
            make_family(std::string{gauge.name}, std::string{gauge.help.text()},
                        prometheus::MetricType::Gauge),
            {}});
}

std::vector<prometheus::MetricFamily> Findings::families() && {
  std::vector<prometheus::MetricFamily> families;
  for (Found& found : found_) {
    if (!found.family.metric.empty()) {
      families.push_back(std::move(found.family));
    }
  }
  return families;
}

}  // namespace litellm_exporter

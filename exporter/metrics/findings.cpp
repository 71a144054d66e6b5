// SPDX-License-Identifier: Apache-2.0
#include "metrics/findings.hpp"

#include <cmath>
#include <iterator>

namespace litellm_exporter {

void Findings::add(Gauge gauge, std::optional<double> value, const LabelPairs& labels) {
  if (!value || !std::isfinite(*value)) {
    return;
  }
  std::string key;
  for (const auto& [name, text] : labels) {
    key += text;
    key += '\0';
  }
  if (families_[gauge].metric.size() >= most_) {
    ++left_out_;
  } else if (seen_[gauge].insert(std::move(key)).second) {
    add_sample(families_[gauge], *value, labels);
  }
}

std::vector<prometheus::MetricFamily> Findings::families() && {
  std::vector<prometheus::MetricFamily> families;
  for (const Gauge gauge : kEnumerators<Gauge>) {
    prometheus::MetricFamily& family = families_[gauge];
    if (!family.metric.empty()) {
      family.name = info(gauge).name;
      family.help = info(gauge).help;
      family.type = prometheus::MetricType::Gauge;
      families.push_back(std::move(family));
    }
  }
  return families;
}

}  // namespace litellm_exporter

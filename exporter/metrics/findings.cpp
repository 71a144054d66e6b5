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
  const auto index = static_cast<std::size_t>(gauge);
  if (families_.at(index).metric.size() >= most_) {
    ++left_out_;
  } else if (seen_.at(index).insert(std::move(key)).second) {
    add_sample(families_.at(index), *value, labels);
  }
}

std::vector<prometheus::MetricFamily> Findings::families() && {
  std::vector<prometheus::MetricFamily> families;
  for (std::size_t i = 0; i < kGauges; ++i) {
    if (!families_.at(i).metric.empty()) {
      const GaugeInfo& about = info(static_cast<Gauge>(i));
      families_.at(i).name = about.name;
      families_.at(i).help = about.help;
      families_.at(i).type = prometheus::MetricType::Gauge;
      families.push_back(std::move(families_.at(i)));
    }
  }
  return families;
}

}  // namespace litellm_exporter

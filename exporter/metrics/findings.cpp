// SPDX-License-Identifier: Apache-2.0
#include "metrics/findings.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace litellm_exporter {
namespace {

// Series of one gauge may differ in which labels they have.
std::string key_of(const LabelPairs& labels) {
  std::string key;
  for (const auto& [name, text] : labels) {
    key += name;
    key += '=';
    key += text;
    key += '\0';
  }
  return key;
}

}  // namespace

void Findings::add(const Gauge& gauge, std::optional<double> value, const LabelPairs& labels) {
  if (!value || !std::isfinite(*value)) {
    return;
  }
  Found& found = of(gauge);
  if (found.seen.insert(key_of(labels)).second) {
    add_sample(found.family, *value, labels);
  } else {
    ++found.refused;
  }
}

bool Findings::claim(const LabelPairs& labels) {
  const bool first = claimed_.insert(key_of(labels)).second;
  refused_ += first ? 0 : 1;
  return first;
}

// What is refused has most gauges in common.
std::size_t Findings::indistinct() const {
  std::size_t most = 0;
  for (const Found& found : found_) {
    most = std::max(most, found.refused);
  }
  return refused_ + most;
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

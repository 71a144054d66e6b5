// SPDX-License-Identifier: Apache-2.0
#include "series/render.hpp"

#include <limits>

namespace litellm_exporter {
namespace {

prometheus::ClientMetric render(const FamilyInfo& family, const std::vector<double>& bounds,
                                const SeriesStore::Entry& entry) {
  prometheus::ClientMetric metric;
  if (family.labels.size() > 0) {
    const auto values = SeriesStore::split(entry.first);
    for (std::size_t i = 0; i < values.size(); ++i) {
      metric.label.push_back({std::string{family.labels.at(i)}, std::string{values[i]}});
    }
  }
  const Series& series = entry.second;
  if (family.type == FamilyType::info) {
    metric.gauge.value = series.value;
    return metric;
  }
  const double value = series.shown ? series.value : 0;
  if (family.type == FamilyType::counter) {
    metric.counter.value = value;
    return metric;
  }
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < series.buckets.size(); ++i) {
    count += series.shown ? series.buckets[i] : 0;
    const double bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({count, bound});
  }
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = value;
  return metric;
}

prometheus::MetricType type_of(FamilyType type) {
  switch (type) {
    case FamilyType::counter:
      return prometheus::MetricType::Counter;
    case FamilyType::histogram:
      return prometheus::MetricType::Histogram;
    case FamilyType::info:
      return prometheus::MetricType::Gauge;
  }
  return prometheus::MetricType::Untyped;
}

}  // namespace

prometheus::MetricFamily render(const SeriesStore& store, Family family,
                                std::span<const SeriesStore::Entry* const> entries) {
  const FamilyInfo& about = info(family);
  prometheus::MetricFamily result;
  result.name = about.name;
  result.help = about.help;
  result.type = type_of(about.type);
  for (const SeriesStore::Entry* entry : entries) {
    if (is_on_page(family, entry->second)) {
      result.metric.push_back(render(about, store.bounds(family), *entry));
    }
  }
  return result;
}

bool is_on_page(Family family, const Series& series) {
  return info(family).type != FamilyType::info || series.value != 0;
}

}  // namespace litellm_exporter

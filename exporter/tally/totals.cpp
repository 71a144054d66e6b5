// SPDX-License-Identifier: Apache-2.0
#include "tally/totals.hpp"

#include "base/label_values.hpp"

namespace litellm_exporter {
namespace {

double sum(const SeriesStore& store, Family family) {
  double total = 0;
  for (const auto& [key, series] : store.series(family)) {
    total += series.shown ? series.value : 0;
  }
  return total;
}

std::map<std::string, double> sum_by(const SeriesStore& store, Family family,
                                     std::string_view label) {
  const std::size_t at = info(family).labels.position(label);
  std::map<std::string, double> totals;
  for (const auto& [key, series] : store.series(family)) {
    if (series.shown && series.value > 0) {
      totals[std::string{SeriesStore::split(key).at(at)}] += series.value;
    }
  }
  return totals;
}

}  // namespace

Totals totals_of(const SeriesStore& store) {
  Totals totals;
  const auto by_status = sum_by(store, Family::requests, "status");
  for (const auto& [status, count] : by_status) {
    totals.requests += count;
    totals.failures += status == kFailure ? count : 0;
  }
  totals.tokens = sum(store, Family::input_tokens) + sum(store, Family::output_tokens);
  totals.spend_usd = sum(store, Family::spend);
  totals.spend_by_model = sum_by(store, Family::spend, "model");
  totals.errors_by_class = sum_by(store, Family::errors, "exception_class");
  return totals;
}

}  // namespace litellm_exporter

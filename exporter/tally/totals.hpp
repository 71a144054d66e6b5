// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "series/store.hpp"

#include <map>
#include <string>

namespace litellm_exporter {

// Sums of the page's counters at one moment, by the few labels that the status page shows. Plain
// data.
struct Totals {
  double requests = 0;
  double failures = 0;
  // Input and output.
  double tokens = 0;
  double spend_usd = 0;
  // Every model with spend: what is left out here would look new when it comes in.
  std::map<std::string, double> spend_by_model;
  // By exception class.
  std::map<std::string, double> errors_by_class;
};

// Only what the page shows: a series that is still at 0 there counts as 0 here.
Totals totals_of(const SeriesStore& store);

}  // namespace litellm_exporter

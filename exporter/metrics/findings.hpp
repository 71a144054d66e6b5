// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/family.hpp"
#include "metrics/gauges.hpp"

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace litellm_exporter {

// The series that one poll of one subject found. Label values must have passed clean_label.
class Findings {
 public:
  // A value that is absent or not finite has no series: unlimited is no number. Of two series with
  // the same labels (ids that were cut to the same text) the first stays, since a page with both
  // would lose one anyway.
  void add(Gauge gauge, std::optional<double> value, const LabelPairs& labels = {});

  // From now on no family gets more than that many series: clients choose how many there are.
  void limit(std::size_t series_per_family) { most_ = series_per_family; }
  // How many series there was no room for.
  std::size_t left_out() const noexcept { return left_out_; }

  std::vector<prometheus::MetricFamily> families() &&;

 private:
  std::array<prometheus::MetricFamily, kGauges> families_;
  std::array<std::unordered_set<std::string>, kGauges> seen_;
  std::size_t most_ = std::numeric_limits<std::size_t>::max();
  std::size_t left_out_ = 0;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/self.hpp"
#include "tally/trend.hpp"

#include <string>

namespace litellm_exporter {

// The share of failures that is trouble, as on the dashboards. The objective would be too strict:
// it leaves out what clients do wrong.
inline constexpr double kManyErrors = 0.05;

// What somebody wants to know who looks at a wall: in words, the worst first. Pure.
struct Verdict {
  bool good = true;
  std::string words;
};

Verdict verdict_of(const Summary& summary, const SelfView& view);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counters.hpp"
#include "metrics/gauge_board.hpp"
#include "metrics/self.hpp"

#include <memory>
#include <vector>

namespace litellm_exporter {

// Everything that makes one page, in its order: what was counted, the gauges, the exporter
// itself. Renders the last part only.
inline std::vector<std::shared_ptr<const Fragment>> assemble(const Counters::Edition& counters,
                                                             const GaugeBoard& gauges,
                                                             const SelfView& self) {
  std::vector<std::shared_ptr<const Fragment>> fragments;
  if (counters.fragment) {
    fragments.push_back(counters.fragment);
  }
  for (auto& fragment : gauges.current()) {
    fragments.push_back(std::move(fragment));
  }
  fragments.push_back(self_fragment(self));
  return fragments;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counters.hpp"
#include "metrics/self.hpp"
#include "metrics/snapshots.hpp"

#include <memory>
#include <vector>

namespace litellm_exporter {

// Everything that makes one page, in its order: what was counted, the snapshots, the exporter
// itself. Renders the last part only.
inline std::vector<std::shared_ptr<const Fragment>> assemble(const Counters::Edition& counters,
                                                             const Snapshots& snapshots,
                                                             const SelfView& self) {
  std::vector<std::shared_ptr<const Fragment>> fragments;
  if (counters.fragment) {
    fragments.push_back(counters.fragment);
  }
  for (auto& fragment : snapshots.current()) {
    fragments.push_back(std::move(fragment));
  }
  fragments.push_back(self_fragment(self));
  return fragments;
}

}  // namespace litellm_exporter

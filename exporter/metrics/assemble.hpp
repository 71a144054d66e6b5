// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/page.hpp"
#include "metrics/self.hpp"
#include "metrics/snapshots.hpp"

namespace litellm_exporter {

// Everything that makes one page, in its order: what was counted, the snapshots, the exporter
// itself. Renders the last part only.
inline PageStore::Current assemble(const PageStore& pages, const Snapshots& snapshots,
                                   const SelfView& self) {
  PageStore::Current current = pages.current();
  for (auto& fragment : snapshots.current()) {
    current.fragments.push_back(std::move(fragment));
  }
  current.fragments.push_back(std::make_shared<const Fragment>(self_fragment(self)));
  return current;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"
#include "metrics/fragment.hpp"
#include "series/family.hpp"
#include "series/store.hpp"
#include "tally/family_blocks.hpp"

#include <memory>
#include <vector>

namespace litellm_exporter {

// The counted families as text. What has not changed since the edition before is copied from it, so
// that a poll costs what has happened and not what was ever counted. Belongs to the thread that
// counts.
class EditionText {
 public:
  // The store must be the same as at the last call, unless reset() was called since then.
  std::shared_ptr<const Fragment> update(SeriesStore& store, const FamilySwitches& families);
  // The next update() makes everything anew.
  void reset();

 private:
  std::vector<FamilyBlocks> families_;
  std::shared_ptr<const Fragment> text_;
};

}  // namespace litellm_exporter

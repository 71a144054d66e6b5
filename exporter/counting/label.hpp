// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/label_values.hpp"

#include <string_view>

namespace litellm_exporter {

// How a label value came about, which decides whether it may fold. In the order of rising doubt.
enum class Trust {
  known,       // from our own closed sets, a table or a successful request: never folds
  open,        // a client's choice, but of a request that passed: folds at the family's limit
  unverified,  // only failed requests have used it: folds at a much lower limit
};

// A label value on its way into a series. Views belong to the row or to the directory.
struct Label {
  std::string_view value;
  Trust trust = Trust::known;
  // What the value becomes when it folds.
  std::string_view folded = kOther;
  // As a family's last label: a value whose series is made together with this one's; empty: none.
  std::string_view sibling = {};
};

// The label status of a request. The first failure of a key that has only succeeded so far should
// be an increase, too, and so the two outcomes are siblings.
constexpr Label outcome(bool success) {
  return success ? Label{kSuccess, Trust::known, kOther, kFailure}
                 : Label{kFailure, Trust::known, kOther, kSuccess};
}

}  // namespace litellm_exporter

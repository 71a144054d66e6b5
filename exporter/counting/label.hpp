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
};

}  // namespace litellm_exporter

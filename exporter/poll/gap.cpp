// SPDX-License-Identifier: Apache-2.0
#include "poll/gap.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm_exporter {

std::string describe(const Gaps& gaps) {
  std::string text;
  for (const Gap& gap : gaps) {
    text += fmt::format("{}{}{}{} ({})", text.empty() ? "" : ", ", gap.table,
                        gap.column.empty() ? "" : ".", gap.column, describe(gap.why));
  }
  return text;
}

bool lacks_right(const Gaps& gaps) {
  return std::ranges::any_of(gaps, [](const Gap& gap) { return gap.why == Gap::Why::no_right; });
}

}  // namespace litellm_exporter

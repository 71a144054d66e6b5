// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace litellm_exporter {

// A table, or a column of one, that a poll does without, because this LiteLLM or this role does not
// give it.
struct Gap {
  enum class Why { no_number, no_right, no_column, no_table };

  std::string table;
  // Empty: the whole table.
  std::string column;
  Why why = Why::no_table;

  // clang-tidy 14 takes the 0 of a generated comparison for a pointer.
  auto operator<=>(const Gap&) const = default;  // NOLINT(modernize-use-nullptr)
};

// In words, for people.
constexpr std::string_view describe(Gap::Why why) {
  switch (why) {
    case Gap::Why::no_number:
      return "no number in some rows";
    case Gap::Why::no_right:
      return "no right to read it";
    case Gap::Why::no_column:
      return "no such column";
    case Gap::Why::no_table:
      return "no such table";
  }
  return {};
}

using Gaps = std::set<Gap>;

// As in "LiteLLM_TagTable (no such table), LiteLLM_TeamTable.spend (no right to read it)"; empty if
// there are none.
std::string describe(const Gaps& gaps);
// Whether one of them is for want of a right: then role.sql closes it.
bool lacks_right(const Gaps& gaps);

}  // namespace litellm_exporter

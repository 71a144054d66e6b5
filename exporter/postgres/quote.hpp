// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// Foreign text as part of a statement; the one place that escapes it. Pure.
namespace litellm_exporter::postgres {

namespace detail {

inline std::string doubled(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    quoted += c;
    if (c == quote) {
      quoted += c;
    }
  }
  return quoted + quote;
}

}  // namespace detail

inline std::string quote_identifier(std::string_view name) { return detail::doubled(name, '"'); }

// Good in sessions with standard_conforming_strings, which every Snapshot has.
inline std::string quote_literal(std::string_view text) { return detail::doubled(text, '\''); }

}  // namespace litellm_exporter::postgres

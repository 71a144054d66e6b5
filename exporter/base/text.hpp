// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace litellm_exporter {

// ASCII that is neither blank nor control; `char` has a sign on some machines and none on others.
constexpr bool is_visible(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte < 0x7F;
}

std::string_view trim(std::string_view text);

// A finite decimal number that fills the whole text, in the C locale; nothing for "", "1x", "nan".
std::optional<double> parse_number(std::string_view text);

// Makes foreign text fit for a label value: valid UTF-8 (bad bytes become U+FFFD), control
// characters become spaces, at most `longest` bytes, cut between characters. One bad byte would
// make Prometheus reject a whole page, so every label passes here and nowhere else.
std::string clean_label(std::string_view text, std::size_t longest);

// Joins the lines of a library's message, so that one event stays one log line.
std::string one_line(std::string_view text);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "server/go_values.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

namespace litellm_exporter {
namespace {

constexpr std::array<std::pair<std::string_view, double>, 8> kUnits = {{{"ns", 1},
                                                                        {"us", 1e3},
                                                                        {"\u00B5s", 1e3},
                                                                        {"\u03BCs", 1e3},
                                                                        {"ms", 1e6},
                                                                        {"s", 1e9},
                                                                        {"m", 60e9},
                                                                        {"h", 3600e9}}};

// 2 to the power of 63, the first that a signed number of 64 bits does not hold.
constexpr double kTooMuch = 9223372036854775808.0;

std::optional<std::int64_t> whole_part(double value) {
  if (!(std::abs(value) < kTooMuch)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(value);
}

int base_of(std::string_view& digits) {
  constexpr std::array<std::pair<std::string_view, int>, 6> kPrefixes = {
      {{"0x", 16}, {"0X", 16}, {"0o", 8}, {"0O", 8}, {"0b", 2}, {"0B", 2}}};
  for (const auto& [prefix, base] : kPrefixes) {
    if (digits.starts_with(prefix)) {
      digits.remove_prefix(prefix.size());
      return base;
    }
  }
  return digits.size() > 1 && digits.front() == '0' ? 8 : 10;
}

// The amount of one unit, taken off the front of the text.
std::optional<double> take_amount(std::string_view& text) {
  constexpr std::string_view kDigits = "0123456789.";
  const std::string_view number = text.substr(0, text.find_first_not_of(kDigits));
  text.remove_prefix(number.size());
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value,
                                            std::chars_format::fixed);
  const std::string_view name = text.substr(0, text.find_first_of(kDigits));
  text.remove_prefix(name.size());
  const auto* const unit = std::find_if(kUnits.begin(), kUnits.end(),
                                        [&](const auto& known) { return known.first == name; });
  if (error != std::errc{} || end != number.data() + number.size() || unit == kUnits.end()) {
    return std::nullopt;
  }
  return value * unit->second;
}

}  // namespace

std::optional<std::int64_t> parse_go_int(const std::string& text) {
  std::string plain = text;
  std::erase(plain, '_');
  std::string_view digits = plain;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) {
    digits.remove_prefix(1);
  }
  const int base = base_of(digits);
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  const bool signed_twice = digits.starts_with('-');
  if (error == std::errc{} && end == digits.data() + digits.size() && !signed_twice) {
    return negative ? -value : value;
  }
  const auto number = parse_number(plain);
  return number ? whole_part(*number) : std::nullopt;
}

std::optional<std::chrono::nanoseconds> parse_go_duration(const std::string& text) {
  if (const auto number = parse_go_int(text)) {
    return std::chrono::nanoseconds{*number};
  }
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) {
    rest.remove_prefix(1);
  }
  if (rest.empty()) {
    return std::nullopt;
  }
  double total = 0;
  while (!rest.empty()) {
    const auto amount = take_amount(rest);
    if (!amount) {
      return std::nullopt;
    }
    total += *amount;
  }
  const auto whole = whole_part(negative ? -total : total);
  return whole ? std::optional{std::chrono::nanoseconds{*whole}} : std::nullopt;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace litellm_exporter {

// A UTC day, as LiteLLM's daily tables are split by.
using Day = std::chrono::sys_days;

// "2026-11-29", as the tables spell it; nothing for any other text. Pure.
std::optional<Day> parse_day(std::string_view text);
std::string spell(Day day);

// The day of an instant.
Day day_of(std::chrono::microseconds since_1970);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace litellm_exporter {

// Values as exporter-toolkit, a program in Go, reads them from a YAML file. Nothing where it would
// refuse them.

// Decimal, 0x, 0o, 0b, 0 for octal, with underscores; of a fraction the whole part.
std::optional<std::int64_t> parse_go_int(const std::string& text);

// 1h30m, 1.5s, -2us, 0; a number alone is nanoseconds. There is no unit above the hour.
std::optional<std::chrono::nanoseconds> parse_go_duration(const std::string& text);

}  // namespace litellm_exporter

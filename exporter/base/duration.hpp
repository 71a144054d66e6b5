// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace litellm_exporter {

using Milliseconds = std::chrono::milliseconds;

// Reads a duration as Prometheus writes it: "500ms", "15s", "1h30m", "2d", "1w", units in
// descending order, each at most once. Returns nothing for anything else, also for overflow.
std::optional<Milliseconds> parse_duration(std::string_view text);

// The shortest form that parse_duration reads back: "1h30m", "0s".
std::string format_duration(Milliseconds duration);

}  // namespace litellm_exporter

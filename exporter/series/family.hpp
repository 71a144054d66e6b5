// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace litellm_exporter {

// The families that are counted row by row and survive restarts. The order is the page's order;
// the state file knows families by name, so they may be moved and added freely.
enum class Family : std::uint8_t {
  requests,
  errors,
  request_duration,
  time_to_first_token,
  time_per_output_token,
  spend,
  input_tokens,
  output_tokens,
  input_cached_tokens,
  input_cache_creation_tokens,
  output_reasoning_tokens,
  cache_hits,
  unpriced_requests,
  request_retries,
  request_fallbacks,
  team_requests,
  team_spend,
  team_input_tokens,
  team_output_tokens,
  key_requests,
  key_spend,
  key_input_tokens,
  key_output_tokens,
  tag_requests,
  tag_spend,
  user_requests,
  user_spend,
  end_user_requests,
  end_user_spend,
  guardrail_evaluations,
  mcp_tool_calls,
  rows,
  duplicate_rows,
  late_rows,
  invalid_rows,
  lag,
  baselines,
  series_overflow,
};
inline constexpr std::size_t kFamilies = static_cast<std::size_t>(Family::series_overflow) + 1;

enum class FamilyType : std::uint8_t { counter, histogram };

// What switches a family on or off in the configuration; `always` has no switch.
enum class FamilyGroup : std::uint8_t {
  always,
  teams,
  keys,
  tags,
  users,
  end_users,
  guardrails,
  mcp_tools
};

struct FamilyInfo {
  static constexpr std::size_t kMostLabels = 4;

  std::string_view name;
  // Written to the page as it is: no newline, no backslash.
  std::string_view help;
  FamilyGroup group;
  FamilyType type;
  std::array<std::string_view, kMostLabels> labels;

  constexpr std::size_t label_count() const {
    std::size_t count = 0;
    while (count < labels.size() && !labels.at(count).empty()) {
      ++count;
    }
    return count;
  }
};

const FamilyInfo& info(Family family);

// Whether the family's labels come from the rows, so that it needs a limit.
constexpr bool is_limited(Family family) { return family <= Family::mcp_tool_calls; }

}  // namespace litellm_exporter

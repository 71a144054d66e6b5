// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"
#include "series/switches.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace litellm_exporter {

// The families that are counted row by row and survive restarts. The order is the page's order;
// the state file knows families by name, so they may be moved and added freely. A new one is an
// enumerator, a row in catalogue.hpp, and a row in counting/feeds.cpp if its labels are
// limited.
enum class Family : std::uint8_t {
  requests,
  errors,
  request_duration,
  response_time,
  timed_requests,
  time_to_first_token,
  time_per_output_token,
  spend,
  input_tokens,
  output_tokens,
  input_cached_tokens,
  input_cache_creation_tokens,
  output_reasoning_tokens,
  input_audio_tokens,
  output_audio_tokens,
  input_image_tokens,
  output_image_tokens,
  input_cost,
  output_cost,
  tool_cost,
  cache_hits,
  unpriced_requests,
  request_retries,
  request_fallbacks,
  model_fallbacks,
  client_disconnects,
  overhead,
  route_requests,
  internal_calls,
  health_probes,
  service_tier_requests,
  service_tier_spend,
  upstream_requests,
  upstream_errors,
  upstream_request_duration,
  upstream_spend,
  upstream_output_tokens,
  upstream_info,
  team_requests,
  team_spend,
  team_input_tokens,
  team_output_tokens,
  key_requests,
  key_spend,
  key_input_tokens,
  key_output_tokens,
  organization_requests,
  organization_spend,
  organization_input_tokens,
  organization_output_tokens,
  project_requests,
  project_spend,
  project_input_tokens,
  project_output_tokens,
  agent_requests,
  agent_spend,
  agent_input_tokens,
  agent_output_tokens,
  tag_requests,
  tag_spend,
  user_requests,
  user_spend,
  end_user_requests,
  end_user_spend,
  guardrail_evaluations,
  guardrail_duration,
  mcp_tool_calls,
  mcp_tool_spend,
  dimension_requests,
  dimension_spend,
  dimension_input_tokens,
  dimension_output_tokens,
  gateway_requests,
  gateway_errors,
  rows,
  duplicate_rows,
  late_rows,
  invalid_rows,
  lag,
  baselines,
  recovered_requests,
  series_overflow,
};

enum class FamilyType : std::uint8_t {
  counter,
  histogram,
  info,  // a gauge that is 1 while its labels hold; its first two name what they are said of
};

enum class LabelOrigin : std::uint8_t {
  limited,  // the rows, where clients choose them: counting keeps their number low
  closed,   // sets that the exporter knows
};

// The names of a family's labels.
class LabelNames {
 public:
  static constexpr std::size_t kMost = 4;

  constexpr LabelNames(std::initializer_list<std::string_view> names = {}) {
    for (const std::string_view name : names) {
      names_.at(size_) = name;
      ++size_;
    }
  }

  constexpr std::size_t size() const noexcept { return size_; }
  constexpr std::string_view at(std::size_t position) const { return names_.at(position); }
  // Where the label stands; size() if there is none of that name.
  constexpr std::size_t position(std::string_view name) const {
    std::size_t position = 0;
    while (position < size_ && names_.at(position) != name) {
      ++position;
    }
    return position;
  }

 private:
  std::array<std::string_view, kMost> names_;
  std::size_t size_ = 0;
};

struct FamilyInfo {
  std::string_view name;
  // Written to the page as it is: no newline, no backslash.
  std::string_view help;
  FamilyType type;
  LabelOrigin origin;
  LabelNames labels;
  // What the configuration turns it on and off with; nothing where it is always on.
  bool FamilySwitches::*group = nullptr;

  constexpr bool enabled(const FamilySwitches& switches) const {
    return group == nullptr || switches.*group;
  }
};

}  // namespace litellm_exporter

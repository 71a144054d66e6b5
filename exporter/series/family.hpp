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
// enumerator, a row in the catalogue below, and a row in counting/feeds.cpp if its labels are
// limited.
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
inline constexpr std::size_t kFamilies = kEnumCount<Family>;

enum class FamilyType : std::uint8_t { counter, histogram };

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

namespace catalogue {

using enum FamilyType;
using enum LabelOrigin;

// clang-format off
inline constexpr EnumArray<Family, FamilyInfo> kRows{
  {Family::requests,
   {"litellm_requests_total",
    "Finished requests, one for each row of LiteLLM_SpendLogs.",
    counter, limited, {"model", "provider", "status"}}},
  {Family::errors,
   {"litellm_errors_total",
    "Failed requests by exception class and HTTP status code, from the rows' error_information.",
    counter, limited, {"model", "provider", "exception_class", "status_code"}}},
  {Family::request_duration,
   {"litellm_request_duration_seconds",
    "Time from startTime to endTime of LiteLLM_SpendLogs.",
    histogram, limited, {"model", "provider", "status"}}},
  {Family::time_to_first_token,
   {"litellm_time_to_first_token_seconds",
    "Time from startTime to completionStartTime of streamed requests in LiteLLM_SpendLogs.",
    histogram, limited, {"model", "provider"}}},
  {Family::time_per_output_token,
   {"litellm_time_per_output_token_seconds",
    "Time from the first token to endTime by further output token of streamed requests in LiteLLM_SpendLogs.",
    histogram, limited, {"model", "provider"}}},
  {Family::spend,
   {"litellm_spend_usd_total",
    "Cost of requests in US dollars, column spend of LiteLLM_SpendLogs.",
    counter, limited, {"model", "provider"}}},
  {Family::input_tokens,
   {"litellm_input_tokens_total",
    "Input tokens, column prompt_tokens of LiteLLM_SpendLogs.",
    counter, limited, {"model", "provider"}}},
  {Family::output_tokens,
   {"litellm_output_tokens_total",
    "Output tokens, column completion_tokens of LiteLLM_SpendLogs.",
    counter, limited, {"model", "provider"}}},
  {Family::input_cached_tokens,
   {"litellm_input_cached_tokens_total",
    "Input tokens that the provider read from its prompt cache, from the rows' usage_object.",
    counter, limited, {"model", "provider"}}},
  {Family::input_cache_creation_tokens,
   {"litellm_input_cache_creation_tokens_total",
    "Input tokens that the provider wrote to its prompt cache, from the rows' usage_object.",
    counter, limited, {"model", "provider"}}},
  {Family::output_reasoning_tokens,
   {"litellm_output_reasoning_tokens_total",
    "Output tokens spent on reasoning, from the rows' usage_object.",
    counter, limited, {"model", "provider"}}},
  {Family::cache_hits,
   {"litellm_cache_hits_total",
    "Requests answered by LiteLLM's own response cache, column cache_hit of LiteLLM_SpendLogs.",
    counter, limited, {"model", "provider"}}},
  {Family::unpriced_requests,
   {"litellm_unpriced_requests_total",
    "Successful requests with tokens but without cost, cache hits left out: LiteLLM knows no price.",
    counter, limited, {"model", "provider"}}},
  {Family::request_retries,
   {"litellm_request_retries_total",
    "Retries inside the router before the final outcome, attempted_retries of the rows' metadata.",
    counter, limited, {"model", "provider"}}},
  {Family::request_fallbacks,
   {"litellm_request_fallbacks_total",
    "Fallbacks to another model before the final outcome, attempted_fallbacks of the rows' metadata.",
    counter, limited, {"model", "provider"}}},
  {Family::team_requests,
   {"litellm_team_requests_total",
    "Finished requests by team, column team_id of LiteLLM_SpendLogs.",
    counter, limited, {"team", "team_alias", "model", "status"}, &FamilySwitches::teams}},
  {Family::team_spend,
   {"litellm_team_spend_usd_total",
    "Cost of requests in US dollars by team, from LiteLLM_SpendLogs.",
    counter, limited, {"team", "team_alias", "model"}, &FamilySwitches::teams}},
  {Family::team_input_tokens,
   {"litellm_team_input_tokens_total",
    "Input tokens by team, from LiteLLM_SpendLogs.",
    counter, limited, {"team", "team_alias", "model"}, &FamilySwitches::teams}},
  {Family::team_output_tokens,
   {"litellm_team_output_tokens_total",
    "Output tokens by team, from LiteLLM_SpendLogs.",
    counter, limited, {"team", "team_alias", "model"}, &FamilySwitches::teams}},
  {Family::key_requests,
   {"litellm_key_requests_total",
    "Finished requests by virtual key, column api_key of LiteLLM_SpendLogs.",
    counter, limited, {"key", "key_alias", "team", "status"}, &FamilySwitches::keys}},
  {Family::key_spend,
   {"litellm_key_spend_usd_total",
    "Cost of requests in US dollars by virtual key, from LiteLLM_SpendLogs.",
    counter, limited, {"key", "key_alias", "team"}, &FamilySwitches::keys}},
  {Family::key_input_tokens,
   {"litellm_key_input_tokens_total",
    "Input tokens by virtual key, from LiteLLM_SpendLogs.",
    counter, limited, {"key", "key_alias", "team"}, &FamilySwitches::keys}},
  {Family::key_output_tokens,
   {"litellm_key_output_tokens_total",
    "Output tokens by virtual key, from LiteLLM_SpendLogs.",
    counter, limited, {"key", "key_alias", "team"}, &FamilySwitches::keys}},
  {Family::tag_requests,
   {"litellm_tag_requests_total",
    "Finished requests by tag, column request_tags of LiteLLM_SpendLogs; once for each tag.",
    counter, limited, {"tag"}, &FamilySwitches::tags}},
  {Family::tag_spend,
   {"litellm_tag_spend_usd_total",
    "Cost of requests in US dollars by tag, from LiteLLM_SpendLogs; once for each tag.",
    counter, limited, {"tag"}, &FamilySwitches::tags}},
  {Family::user_requests,
   {"litellm_user_requests_total",
    "Finished requests by internal user, column user of LiteLLM_SpendLogs.",
    counter, limited, {"user"}, &FamilySwitches::users}},
  {Family::user_spend,
   {"litellm_user_spend_usd_total",
    "Cost of requests in US dollars by internal user, from LiteLLM_SpendLogs.",
    counter, limited, {"user"}, &FamilySwitches::users}},
  {Family::end_user_requests,
   {"litellm_end_user_requests_total",
    "Finished requests by end user, column end_user of LiteLLM_SpendLogs.",
    counter, limited, {"end_user"}, &FamilySwitches::end_users}},
  {Family::end_user_spend,
   {"litellm_end_user_spend_usd_total",
    "Cost of requests in US dollars by end user, from LiteLLM_SpendLogs.",
    counter, limited, {"end_user"}, &FamilySwitches::end_users}},
  {Family::guardrail_evaluations,
   {"litellm_guardrail_evaluations_total",
    "Guardrail evaluations by outcome, guardrail_information of the rows' metadata.",
    counter, limited, {"guardrail", "status"}, &FamilySwitches::guardrails}},
  {Family::mcp_tool_calls,
   {"litellm_mcp_tool_calls_total",
    "MCP tool calls, column mcp_namespaced_tool_name of LiteLLM_SpendLogs.",
    counter, limited, {"tool"}, &FamilySwitches::mcp_tools}},
  {Family::rows,
   {"litellm_exporter_spend_log_rows_total",
    "Rows of LiteLLM_SpendLogs counted, each once.",
    counter, closed, {}}},
  {Family::duplicate_rows,
   {"litellm_exporter_spend_log_duplicate_rows_total",
    "Rows of LiteLLM_SpendLogs read again and not counted again.",
    counter, closed, {}}},
  {Family::late_rows,
   {"litellm_exporter_spend_log_late_rows_total",
    "Rows of LiteLLM_SpendLogs that only the sweep found: started longer ago than the poll's window.",
    counter, closed, {}}},
  {Family::invalid_rows,
   {"litellm_exporter_spend_log_invalid_rows_total",
    "Rows of LiteLLM_SpendLogs counted without the value that made no sense, by that value.",
    counter, closed, {"reason"}}},
  {Family::lag,
   {"litellm_exporter_spend_log_lag_seconds",
    "Time from a row's endTime until it was counted.",
    histogram, closed, {}}},
  {Family::baselines,
   {"litellm_exporter_baselines_total",
    "Times that counting started from a new baseline, by reason.",
    counter, closed, {"reason"}}},
  {Family::series_overflow,
   {"litellm_exporter_series_overflow_total",
    "Updates folded into the label value other, because the family was at its limit.",
    counter, closed, {"family"}}},
};
// clang-format on

}  // namespace catalogue

constexpr const FamilyInfo& info(Family family) { return catalogue::kRows[family]; }

constexpr bool is_limited(Family family) { return info(family).origin == LabelOrigin::limited; }

}  // namespace litellm_exporter

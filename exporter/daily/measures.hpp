// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"

#include <cstdint>
#include <string_view>

namespace litellm_exporter {

// What LiteLLM keeps daily sums of; all requests are in `all`. The state file knows these by their
// places: new ones go to the end.
enum class SumOf : std::uint8_t {
  all,
  model,
  key,
  user,
  tool,
  team,
  tag,
  organization,
  agent,
  end_user,
  // By the model that was asked for upstream: what the sums of models lack.
  upstream
};

// In the log.
inline constexpr EnumArray<SumOf, std::string_view> kSumNames{
    {SumOf::all, "all"},           {SumOf::model, "model"},
    {SumOf::key, "key"},           {SumOf::user, "user"},
    {SumOf::tool, "tool"},         {SumOf::team, "team"},
    {SumOf::tag, "tag"},           {SumOf::organization, "organization"},
    {SumOf::agent, "agent"},       {SumOf::end_user, "end_user"},
    {SumOf::upstream, "upstream"},
};

// What a row of such a table sums up: requests, US dollars, tokens, seconds. New ones go to the
// end.
enum class Measure : std::uint8_t {
  successes,
  failures,
  spend,
  input_tokens,
  output_tokens,
  cached_tokens,
  cache_creation_tokens,
  response_seconds,
  timed_requests
};

using Measures = EnumArray<Measure, double>;

// Requests go by their outcome, and everything else by that of the successes: failures cost next to
// nothing.
enum class Outcome : std::uint8_t { success, failure };

constexpr Outcome outcome_of(Measure measure) {
  return measure == Measure::failures ? Outcome::failure : Outcome::success;
}

// Only the sums know it.
constexpr bool is_of_sums_alone(Measure measure) {
  return measure == Measure::response_seconds || measure == Measure::timed_requests;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"
#include "spendlog/horizons.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm_exporter {

// Values of a row that made no sense: the row is counted, the value is not.
enum class Invalid : std::uint8_t {
  duration,
  first_token,
  spend,
  tokens,
  usage,
  attempts,
  tags,
  guardrails,
  // The row itself: it is not counted as a request.
  undecodable
};
inline constexpr EnumArray<Invalid, std::string_view> kInvalidNames{
    {Invalid::duration, "duration"},
    {Invalid::first_token, "first_token"},
    {Invalid::spend, "spend"},
    {Invalid::tokens, "tokens"},
    {Invalid::usage, "usage"},
    {Invalid::attempts, "attempts"},
    {Invalid::tags, "tags"},
    {Invalid::guardrails, "guardrails"},
    {Invalid::undecodable, "undecodable"},
};

// One finished request as the counters need it: read defensively, normalised, its texts made fit
// for labels. Empty text means absent.
struct Row {
  struct Guardrail {
    std::string name;
    std::string status;
  };

  std::uint64_t id = 0;
  Micros start = 0;
  std::optional<double> end_seconds;

  std::optional<double> duration;
  std::optional<double> first_token;
  std::optional<double> per_output_token;

  std::string model;
  std::string provider;
  bool success = true;
  std::string_view exception_class;
  std::string status_code;

  std::string team;
  std::string team_alias;
  // A hash, a named principal or empty; a value that might be a credential never gets here.
  std::string key;
  bool key_is_hash = false;
  std::string key_alias;
  std::string user;
  std::string end_user;
  std::vector<std::string> tags;
  std::vector<Guardrail> guardrails;
  std::string tool;

  double spend = 0;
  double input_tokens = 0;
  double output_tokens = 0;
  double cached_tokens = 0;
  double cache_creation_tokens = 0;
  double reasoning_tokens = 0;
  double retries = 0;
  double fallbacks = 0;
  bool cache_hit = false;
  bool unpriced = false;

  std::vector<Invalid> invalid;
};

}  // namespace litellm_exporter

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

// The status code of a client that hung up.
inline constexpr std::string_view kDisconnected = "499";

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
  overhead,
  cost,
  dimensions,
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
    {Invalid::overhead, "overhead"},
    {Invalid::cost, "cost_breakdown"},
    {Invalid::dimensions, "dimensions"},
    {Invalid::undecodable, "undecodable"},
};

// One finished call as the counters need it: read defensively, normalised, its texts made fit
// for labels. Empty text means absent.
struct Row {
  struct Guardrail {
    std::string name;
    std::string status;
    std::optional<double> seconds;
  };

  // Not each row is a caller's request (LiteLLM: billed_retry_attempt, internal_call_origin, the
  // key of its health checks).
  enum class Kind : std::uint8_t { request, internal_call, health_probe };

  Kind kind = Kind::request;
  // Whether the spend log has a row of the same request, or of another one with its id. Of a row of
  // the log itself: no.
  enum class Logged : std::uint8_t { no, same, other };

  Logged logged = Logged::no;
  bool success = true;
  // The client hung up, whether LiteLLM calls that a failure or not.
  bool disconnected = false;
  bool cache_hit = false;
  bool unpriced = false;
  // Of `key`.
  bool key_is_hash = false;
  // Of the row, and of its request: in the spend log they are the same.
  std::uint64_t id = 0;
  std::uint64_t request = 0;
  Micros start = 0;
  std::optional<double> end_seconds;

  std::optional<double> duration;
  std::optional<double> first_token;
  std::optional<double> per_output_token;
  // Of LiteLLM itself.
  std::optional<double> overhead;

  // How many requests it stands for: one, or those that a sum has gained.
  double requests = 1;
  // Of sums alone: the time of how many requests.
  std::optional<double> summed_seconds;
  std::optional<double> timed_requests;

  std::string model;
  std::string provider;
  // As the tables have it, before those that have none were named.
  std::string plain_provider;
  std::string_view exception_class;
  std::string status_code;
  // By which LiteLLM sums up its failures: the model as the row has it, and the code that stands
  // there itself.
  std::string group;
  std::string own_code;
  // The model group that was asked for, where another one answered.
  std::string requested_model;
  std::string_view route;
  // Which part of LiteLLM called, if no caller did.
  std::string_view origin;
  std::string_view service_tier;

  // The deployment that answered, and what it asked where.
  std::string deployment;
  std::string upstream_model;
  std::string api_host;

  std::string team;
  std::string team_alias;
  // A hash, a named principal or empty; a value that might be a credential never gets here.
  std::string key;
  std::string key_alias;
  std::string organization;
  std::string project;
  std::string project_alias;
  std::string agent;
  std::string user;
  std::string end_user;
  std::vector<std::string> tags;
  std::vector<Guardrail> guardrails;
  // In the order of the configuration; empty text where the row has none.
  std::vector<std::string> dimensions;
  std::string tool;

  double spend = 0;
  double input_tokens = 0;
  double output_tokens = 0;
  double cached_tokens = 0;
  double cache_creation_tokens = 0;
  double reasoning_tokens = 0;
  double input_audio_tokens = 0;
  double output_audio_tokens = 0;
  double input_image_tokens = 0;
  double output_image_tokens = 0;
  double input_cost = 0;
  double output_cost = 0;
  double tool_cost = 0;
  double retries = 0;
  double fallbacks = 0;

  std::vector<Invalid> invalid;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "spendlog/decode.hpp"

#include "base/enum_array.hpp"
#include "base/label_values.hpp"
#include "base/text.hpp"
#include "names/api_host.hpp"
#include "names/call_type.hpp"
#include "names/closed_sets.hpp"
#include "names/key_id.hpp"
#include "poll/error.hpp"
#include "spendlog/columns.hpp"
#include "spendlog/fields.hpp"
#include "spendlog/lists.hpp"
#include "spendlog/seen_ids.hpp"

#include <algorithm>
#include <cmath>

namespace litellm_exporter {
namespace {

// LiteLLM: the key of its health checks, and the kind of calls to paths that it passes through.
constexpr std::string_view kHealthProbe = "litellm-internal-health-check";
constexpr std::string_view kPassThrough = "pass_through_endpoint";
constexpr const char* kPassThroughName = "pass_through";
constexpr const char* kTools = "mcp";
// Attempts of a request that a provider bills though a later one decided: LiteLLM marks them.
constexpr std::string_view kBilledRetry = "billed_retry";

void read_times(const Fields& in, Row& row) {
  const auto start = parse_number(in.text(LogColumn::start));
  const auto end = parse_number(in.text(LogColumn::end));
  const auto first = parse_number(in.text(LogColumn::first_token));
  constexpr double kMicros = 1e6;
  // Beyond this a double holds no microseconds, and no request either.
  constexpr double kFarthest = 9e12;
  row.start = start && std::abs(*start) < kFarthest
                  ? static_cast<Micros>(std::llround(*start * kMicros))
                  : kEndOfTime - 1;
  row.end_seconds = end;
  row.duration.reset();
  row.first_token.reset();
  row.per_output_token.reset();
  if (start && end && *end >= *start) {
    row.duration = *end - *start;
  } else if (in.present(LogColumn::end)) {
    in.note(Invalid::duration);
  }
  // LiteLLM sets completionStartTime to endTime when nothing was streamed, but takes the two from
  // the clock one after the other: stored to the millisecond, they often differ by one.
  constexpr double kSameInstant = 0.0015;
  if (!first || !end || *end - *first < kSameInstant) {
    return;
  }
  if (!start || *first < *start) {
    in.note(Invalid::first_token);
    return;
  }
  row.first_token = *first - *start;
  if (row.output_tokens >= 2) {
    row.per_output_token = (*end - *first) / (row.output_tokens - 1);
  }
}

void read_amounts(const Fields& in, Row& row) {
  row.spend = in.amount(LogColumn::spend, Invalid::spend);
  row.input_tokens = in.amount(LogColumn::input_tokens, Invalid::tokens);
  row.output_tokens = in.amount(LogColumn::output_tokens, Invalid::tokens);
  const double total = in.amount(LogColumn::total_tokens, Invalid::tokens);
  // OpenAI's place for the count and Anthropic's; LiteLLM may fill one or both.
  row.cached_tokens = std::max(in.amount(LogColumn::cached_tokens, Invalid::usage),
                               in.amount(LogColumn::cached_tokens_anthropic, Invalid::usage));
  row.cache_creation_tokens =
      std::max(in.amount(LogColumn::cache_creation_tokens, Invalid::usage),
               in.amount(LogColumn::cache_creation_tokens_anthropic, Invalid::usage));
  row.reasoning_tokens = in.amount(LogColumn::reasoning_tokens, Invalid::usage);
  row.input_audio_tokens = in.amount(LogColumn::input_audio_tokens, Invalid::usage);
  row.output_audio_tokens = in.amount(LogColumn::output_audio_tokens, Invalid::usage);
  row.input_image_tokens = in.amount(LogColumn::input_image_tokens, Invalid::usage);
  row.output_image_tokens = in.amount(LogColumn::output_image_tokens, Invalid::usage);
  row.input_cost = in.amount(LogColumn::input_cost, Invalid::cost);
  row.output_cost = in.amount(LogColumn::output_cost, Invalid::cost);
  row.tool_cost = in.amount(LogColumn::tool_cost, Invalid::cost);
  row.retries = in.amount(LogColumn::retries, Invalid::attempts);
  row.fallbacks = in.amount(LogColumn::fallbacks, Invalid::attempts);
  // Python's str(bool).
  row.cache_hit = in.text(LogColumn::cache_hit) == "True";
  const bool used = total > 0 || row.input_tokens > 0 || row.output_tokens > 0;
  row.unpriced =
      row.success && !row.cache_hit && used && row.spend == 0 &&
      std::find(row.invalid.begin(), row.invalid.end(), Invalid::spend) == row.invalid.end();
}

void read_outcome(const Fields& in, Row& row) {
  const std::string_view status = in.present(LogColumn::status)
                                      ? in.text(LogColumn::status)
                                      : in.text(LogColumn::metadata_status);
  row.success = status != "failure";
  const std::string_view raised = in.text(LogColumn::error_class);
  row.exception_class = exception_class(raised);
  row.status_code = status_code(in.text(LogColumn::error_code), raised);
  row.own_code = status_code(in.text(LogColumn::error_code), "");
  // Also of a stream that LiteLLM calls a success.
  row.disconnected = row.status_code == kDisconnected ||
                     raised.substr(raised.rfind('.') + 1).starts_with("ClientDisconnect");
}

void read_names(const Fields& in, Row& row) {
  in.label(in.present(LogColumn::model_group) ? LogColumn::model_group : LogColumn::model,
           row.model);
  row.group = row.model;
  in.label(LogColumn::provider, row.provider);
  row.plain_provider = row.provider;
  in.label(LogColumn::requested_model, row.requested_model);
  in.label(LogColumn::deployment, row.deployment);
  in.label(LogColumn::model, row.upstream_model);
  row.api_host = api_host(trim(in.text(LogColumn::api_base)));
  in.label(in.present(LogColumn::organization) ? LogColumn::organization
                                               : LogColumn::metadata_organization,
           row.organization);
  in.label(LogColumn::project, row.project);
  in.label(LogColumn::project_alias, row.project_alias);
  in.label(LogColumn::agent, row.agent);
  in.label(LogColumn::team, row.team);
  in.label(LogColumn::team_alias, row.team_alias);
  in.label(LogColumn::key_alias, row.key_alias);
  in.label(LogColumn::user, row.user);
  in.label(LogColumn::end_user, row.end_user);
  in.label(in.present(LogColumn::tool) ? LogColumn::tool : LogColumn::metadata_tool, row.tool);
  const KeyName key = key_name(in.text(LogColumn::api_key));
  row.key = key.name;
  row.key_is_hash = key.is_hash;
}

// What kind of call it was, by the spellings of JSON's true and Python's.
void read_call(const Fields& in, Row& row) {
  row.route = call_type(in.text(LogColumn::call_type));
  row.service_tier = service_tier(in.text(LogColumn::service_tier));
  row.kind = Row::Kind::request;
  row.origin = internal_origin(in.text(LogColumn::internal_origin));
  const std::string_view billed = in.text(LogColumn::billed_retry);
  if (billed == "true" || billed == "True") {
    row.origin = kBilledRetry;
  }
  if (!row.origin.empty()) {
    row.kind = Row::Kind::internal_call;
  } else if (in.text(LogColumn::api_key) == kHealthProbe) {
    row.kind = Row::Kind::health_probe;
  }
  row.overhead.reset();
  if (in.present(LogColumn::overhead)) {
    constexpr double kMillisecond = 1e-3;
    constexpr double kDay = 86'400;
    const auto time = parse_number(in.text(LogColumn::overhead));
    if (time && *time >= 0 && *time * kMillisecond <= kDay) {
      row.overhead = *time * kMillisecond;
    } else {
      in.note(Invalid::overhead);
    }
  }
}

void name_batch(const Fields& in, Row& row) {
  in.label(LogColumn::batch_model, row.model);
  if (row.model.empty() && row.route.ends_with("_batch")) {
    row.model = "batch";
  }
  if (const std::size_t slash = row.model.find('/');
      slash != std::string::npos && row.provider.empty()) {
    row.provider = row.model.substr(0, slash);
  }
}

// Names for rows to which LiteLLM gives none: batches and their cost, tools, what is passed
// through, whose model it calls "unknown".
void name_nameless(const Fields& in, Row& row) {
  const auto name = [](std::string& target, const char* otherwise) {
    if (target.empty()) {
      target = otherwise;
    }
  };
  if (row.model.empty()) {
    name_batch(in, row);
  }
  if (!row.tool.empty() || row.route.ends_with("_mcp_tool") || row.route.ends_with("_mcp_tools") ||
      row.model.starts_with("MCP: ")) {
    name(row.model, kTools);
    name(row.provider, kTools);
  }
  if (row.route == kPassThrough) {
    row.model = row.model == kUnknown ? "" : row.model;
    name(row.model, kPassThroughName);
    name(row.provider, kPassThroughName);
  }
}

}  // namespace

void decode_row(const postgres::CopyRow& fields, std::size_t label_bytes, Row& row) {
  if (fields.size() != kEnumCount<LogColumn>) {
    throw PollError(Reason::decode, "the database sent a row of another shape than asked for");
  }
  row.invalid.clear();
  const Fields in(fields, label_bytes, row);
  row.id = SeenIds::hash(in.text(LogColumn::request_id));
  // The log has one column for both.
  row.request = in.text(LogColumn::request) == in.text(LogColumn::request_id)
                    ? row.id
                    : SeenIds::hash(in.text(LogColumn::request));
  const std::string_view logged = in.text(LogColumn::logged);
  row.logged = logged == "same"    ? Row::Logged::same
               : logged == "other" ? Row::Logged::other
                                   : Row::Logged::no;
  read_outcome(in, row);
  read_amounts(in, row);
  read_times(in, row);
  read_names(in, row);
  read_tags(in, row);
  read_guardrails(in, row);
  read_dimensions(in, row);
  read_call(in, row);
  name_nameless(in, row);
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "spendlog/position.hpp"
#include "spendlog/row_table.hpp"

#include <fmt/format.h>

namespace litellm_exporter {
namespace {

// The payload keeps what LiteLLM's sums need. It has no exception class, status code, first token,
// retries, fallbacks, deployment, status of guardrails, cost by part and no names.
constexpr Selected kAbsent{"accounting_payload", "NULL", ""};

constexpr Selected path(std::string_view expression) {
  return {"accounting_payload", expression, ""};
}

// The log keeps milliseconds. Rows of other requests with the same id began at another time.
constexpr std::string_view kLogged =
    "(SELECT CASE WHEN count(*) = 0 THEN NULL WHEN bool_or(abs(date_part('epoch', l.\"startTime\")"
    " - date_part('epoch', (m ->> 'startTime')::timestamptz)) < 0.002) THEN 'same' ELSE 'other' END"
    " FROM {} l WHERE l.request_id = r.request_id)";

// LiteLLM makes ids of answers from its cache so.
constexpr std::string_view kCacheHit =
    "CASE WHEN r.request_id ~ '_cache_hit[0-9.]+$' THEN 'True' END";

constexpr std::string_view kTime =
    "date_part('epoch', CASE WHEN state = 'applied' THEN applied_at ELSE next_attempt_at END)"
    " * 1000000";
constexpr std::string_view kFiled = "date_part('epoch', created_at) * 1000000";

constexpr EnumArray<LogColumn, Selected> kColumns{
    {LogColumn::request_id, {"delivery_id", "r.delivery_id", ""}},
    {LogColumn::start, path("date_part('epoch', (m ->> 'startTime')::timestamptz)")},
    {LogColumn::end, path("date_part('epoch', (m ->> 'startTime')::timestamptz)"
                          " + (m ->> 'request_duration_ms')::float8 / 1000")},
    {LogColumn::first_token, kAbsent},
    {LogColumn::model, path("(m ->> 'model')::varchar(1000)")},
    {LogColumn::model_group, path("(m ->> 'model_group')::varchar(1000)")},
    {LogColumn::provider, path("(m ->> 'custom_llm_provider')::varchar(1000)")},
    {LogColumn::status, path("(m ->> 'status')::varchar(1000)")},
    {LogColumn::metadata_status, kAbsent},
    {LogColumn::error_class, kAbsent},
    {LogColumn::error_code, kAbsent},
    {LogColumn::api_key, path("(m ->> 'api_key')::varchar(1000)")},
    {LogColumn::key_alias, kAbsent},
    {LogColumn::team, path("(m ->> 'team_id')::varchar(1000)")},
    {LogColumn::team_alias, kAbsent},
    {LogColumn::user, path("(m ->> 'user')::varchar(1000)")},
    {LogColumn::end_user, path("(m ->> 'end_user')::varchar(1000)")},
    // A list, or the text of one.
    {LogColumn::tags, path("(m ->> 'request_tags')::varchar(70000)")},
    {LogColumn::guardrails, kAbsent},
    {LogColumn::tool, path("(m ->> 'mcp_namespaced_tool_name')::varchar(1000)")},
    {LogColumn::metadata_tool, kAbsent},
    {LogColumn::spend, path("(m ->> 'spend')::varchar(1000)")},
    {LogColumn::input_tokens, path("(m ->> 'prompt_tokens')::varchar(1000)")},
    {LogColumn::output_tokens, path("(m ->> 'completion_tokens')::varchar(1000)")},
    {LogColumn::total_tokens, kAbsent},
    {LogColumn::cached_tokens,
     path("(m #>> '{metadata,usage_object,prompt_tokens_details,cached_tokens}')::varchar(1000)")},
    {LogColumn::cached_tokens_anthropic,
     path("coalesce(m #>> '{metadata,usage_object,cache_read_input_tokens}',"
          " m #>> '{metadata,additional_usage_values,cache_read_input_tokens}')::varchar(1000)")},
    {LogColumn::cache_creation_tokens,
     path("coalesce(m #>> "
          "'{metadata,usage_object,prompt_tokens_details,cache_creation_tokens}',"
          " m #>> "
          "'{metadata,usage_object,prompt_tokens_details,cache_write_tokens}')::varchar(1000)")},
    {LogColumn::cache_creation_tokens_anthropic,
     path("coalesce(m #>> '{metadata,usage_object,cache_creation_input_tokens}',"
          " m #>> "
          "'{metadata,additional_usage_values,cache_creation_input_tokens}')::varchar(1000)")},
    {LogColumn::reasoning_tokens,
     path("(m #>> "
          "'{metadata,usage_object,completion_tokens_details,reasoning_tokens}')::varchar(1000)")},
    {LogColumn::retries, kAbsent},
    {LogColumn::fallbacks, kAbsent},
    {LogColumn::cache_hit, {"request_id", kCacheHit, ""}},
    {LogColumn::call_type, path("(m ->> 'call_type')::varchar(1000)")},
    {LogColumn::requested_model, kAbsent},
    {LogColumn::overhead, kAbsent},
    {LogColumn::billed_retry, path("(m #>> '{metadata,billed_retry_attempt}')::varchar(1000)")},
    {LogColumn::internal_origin, path("(m #>> '{metadata,internal_call_origin}')::varchar(1000)")},
    {LogColumn::batch_model, kAbsent},
    {LogColumn::input_audio_tokens,
     path("(m #>> '{metadata,usage_object,prompt_tokens_details,audio_tokens}')::varchar(1000)")},
    {LogColumn::output_audio_tokens,
     path("(m #>> "
          "'{metadata,usage_object,completion_tokens_details,audio_tokens}')::varchar(1000)")},
    {LogColumn::input_image_tokens,
     path("(m #>> '{metadata,usage_object,prompt_tokens_details,image_tokens}')::varchar(1000)")},
    {LogColumn::output_image_tokens,
     path("(m #>> "
          "'{metadata,usage_object,completion_tokens_details,image_tokens}')::varchar(1000)")},
    {LogColumn::input_cost, kAbsent},
    {LogColumn::output_cost, kAbsent},
    {LogColumn::tool_cost, kAbsent},
    {LogColumn::service_tier,
     path("(m #>> '{metadata,usage_object,service_tier}')::varchar(1000)")},
    {LogColumn::deployment, kAbsent},
    {LogColumn::api_base, kAbsent},
    {LogColumn::organization, path("(m ->> 'organization_id')::varchar(1000)")},
    {LogColumn::metadata_organization, kAbsent},
    {LogColumn::project,
     path("(m #>> '{metadata,accounting_entities,project_id}')::varchar(1000)")},
    {LogColumn::project_alias, kAbsent},
    {LogColumn::agent, path("(m ->> 'agent_id')::varchar(1000)")},
    {LogColumn::request, {"request_id", "r.request_id", ""}},
    {LogColumn::logged, {"request_id", kLogged, ""}},
    {LogColumn::dimensions, kAbsent},
};

// Every row is in one of the states, and each has an index.
std::vector<std::string> within(Micros from, Micros to) {
  const auto in = [&](std::string_view state, std::string_view time) {
    std::string text =
        fmt::format("state = '{}' AND {} >= {}", state, time, timestamp_literal(from));
    if (to != kEndOfTime) {
      text += fmt::format(" AND {} < {}", time, timestamp_literal(to));
    }
    return text;
  };
  return {in("applied", "applied_at"), in("pending", "next_attempt_at"),
          in("parked", "next_attempt_at")};
}

// Of those that were booked: when others are due, somebody may have decided.
std::string newest(const std::string& table, Micros until) {
  return fmt::format(
      "SELECT (extract(epoch FROM applied_at) * 1000000)::bigint FROM {}"
      " WHERE state = 'applied' AND applied_at <= {}"
      " ORDER BY applied_at DESC LIMIT 1",
      table, timestamp_literal(until));
}

}  // namespace

const RowTable& ledger_table() {
  static const RowTable table{
      .name = "LiteLLM_SpendLogDelivery",
      .called = "the ledger",
      .key = "delivery_id",
      .document = "accounting_payload",
      .essentials = {"delivery_id", "request_id", "state", "accounting_payload", "next_attempt_at",
                     "applied_at", "created_at", "xmin"},
      .columns = kColumns,
      .within = within,
      .newest = newest,
      .time = kTime,
      .filed = kFiled};
  return table;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "postgres/table.hpp"
#include "spendlog/position.hpp"
#include "spendlog/row_table.hpp"

#include <fmt/format.h>

namespace litellm_exporter {
namespace {

// A cast to varchar cuts off as left() does, but at no cost where there is nothing to cut: left()
// took a tenth of the time that the server has for a row.

// Names, statuses and durations only: the objects may hold the text that a guardrail has masked.
constexpr std::string_view kGuardrails =
    "CASE WHEN jsonb_typeof(m -> 'guardrail_information') IN ('array', 'object') THEN "
    "(SELECT jsonb_agg(jsonb_build_array(g -> 'guardrail_name', g -> 'guardrail_status',"
    " (g ->> 'duration')::varchar(100)))"
    " FROM jsonb_path_query(m, '$.guardrail_information[*]') g)::text::varchar(70000) END";

// One for each request of the batch; a batch of several models has no model of its own.
constexpr std::string_view kBatchModel =
    "CASE WHEN jsonb_typeof(m -> 'batch_models') = 'array' THEN"
    " (SELECT CASE WHEN min(b) = max(b) THEN min(b)::varchar(1000) WHEN count(b) > 0 THEN 'batch' "
    "END"
    " FROM jsonb_array_elements_text(m -> 'batch_models') b) END";

// A list that is large even when it is compressed comes as a text that is no list.
constexpr std::string_view kTags =
    "CASE WHEN pg_column_size(r.request_tags) > 65536 THEN '\"too large\"'"
    " ELSE r.request_tags::text::varchar(70000) END";

constexpr EnumArray<LogColumn, Selected> kColumns{
    {LogColumn::request_id, {"request_id", "r.request_id", ""}},
    {LogColumn::start, {"startTime", "date_part('epoch', r.\"startTime\")", ""}},
    {LogColumn::end, {"endTime", "date_part('epoch', r.\"endTime\")", "durations"}},
    {LogColumn::first_token,
     {"completionStartTime", "date_part('epoch', r.\"completionStartTime\")",
      "time to first token"}},
    {LogColumn::model, {"model", "r.model::varchar(1000)", "model names"}},
    {LogColumn::model_group, {"model_group", "r.model_group::varchar(1000)", ""}},
    {LogColumn::provider,
     {"custom_llm_provider", "r.custom_llm_provider::varchar(1000)", "providers"}},
    {LogColumn::status, {"status", "r.status::varchar(1000)", ""}},
    {LogColumn::metadata_status, {"metadata", "(m ->> 'status')::varchar(1000)", ""}},
    {LogColumn::error_class,
     {"metadata", "(m #>> '{error_information,error_class}')::varchar(1000)", "exception classes"}},
    {LogColumn::error_code,
     {"metadata", "(m #>> '{error_information,error_code}')::varchar(1000)", "status codes"}},
    {LogColumn::api_key, {"api_key", "r.api_key::varchar(1000)", "keys"}},
    {LogColumn::key_alias, {"metadata", "(m ->> 'user_api_key_alias')::varchar(1000)", ""}},
    {LogColumn::team, {"team_id", "r.team_id::varchar(1000)", "teams"}},
    {LogColumn::team_alias, {"metadata", "(m ->> 'user_api_key_team_alias')::varchar(1000)", ""}},
    {LogColumn::user, {"user", "r.\"user\"::varchar(1000)", "users"}},
    {LogColumn::end_user, {"end_user", "r.end_user::varchar(1000)", "end users"}},
    {LogColumn::tags, {"request_tags", kTags, "tags"}},
    {LogColumn::guardrails, {"metadata", kGuardrails, "guardrails"}},
    {LogColumn::tool,
     {"mcp_namespaced_tool_name", "r.mcp_namespaced_tool_name::varchar(1000)", ""}},
    {LogColumn::metadata_tool,
     {"metadata", "(m #>> '{mcp_tool_call_metadata,namespaced_tool_name}')::varchar(1000)", ""}},
    {LogColumn::spend, {"spend", "r.spend", "spend"}},
    {LogColumn::input_tokens, {"prompt_tokens", "r.prompt_tokens", "input tokens"}},
    {LogColumn::output_tokens, {"completion_tokens", "r.completion_tokens", "output tokens"}},
    {LogColumn::total_tokens, {"total_tokens", "r.total_tokens", ""}},
    {LogColumn::cached_tokens,
     {"metadata", "(m #>> '{usage_object,prompt_tokens_details,cached_tokens}')::varchar(1000)",
      "cached tokens"}},
    {LogColumn::cached_tokens_anthropic,
     {"metadata",
      "coalesce(m #>> '{usage_object,cache_read_input_tokens}',"
      " m #>> '{additional_usage_values,cache_read_input_tokens}')::varchar(1000)",
      ""}},
    {LogColumn::cache_creation_tokens,
     {"metadata",
      "coalesce(m #>> '{usage_object,prompt_tokens_details,cache_creation_tokens}',"
      " m #>> '{usage_object,prompt_tokens_details,cache_write_tokens}')::varchar(1000)",
      "cache creation tokens"}},
    {LogColumn::cache_creation_tokens_anthropic,
     {"metadata",
      "coalesce(m #>> '{usage_object,cache_creation_input_tokens}',"
      " m #>> '{additional_usage_values,cache_creation_input_tokens}')::varchar(1000)",
      ""}},
    {LogColumn::reasoning_tokens,
     {"metadata",
      "(m #>> '{usage_object,completion_tokens_details,reasoning_tokens}')::varchar(1000)",
      "reasoning tokens"}},
    {LogColumn::retries, {"metadata", "(m ->> 'attempted_retries')::varchar(1000)", "retries"}},
    {LogColumn::fallbacks,
     {"metadata", "(m ->> 'attempted_fallbacks')::varchar(1000)", "fallbacks"}},
    {LogColumn::cache_hit, {"cache_hit", "r.cache_hit::varchar(1000)", "cache hits"}},
    {LogColumn::call_type, {"call_type", "r.call_type::varchar(1000)", "routes"}},
    {LogColumn::requested_model, {"metadata", "(m ->> 'original_model_group')::varchar(1000)", ""}},
    {LogColumn::overhead,
     {"metadata", "(m ->> 'litellm_overhead_time_ms')::varchar(1000)", "overhead"}},
    {LogColumn::billed_retry,
     {"metadata", "(m ->> 'billed_retry_attempt')::varchar(1000)", "internal calls"}},
    {LogColumn::internal_origin, {"metadata", "(m ->> 'internal_call_origin')::varchar(1000)", ""}},
    {LogColumn::batch_model, {"metadata", kBatchModel, ""}},
    {LogColumn::input_audio_tokens,
     {"metadata", "(m #>> '{usage_object,prompt_tokens_details,audio_tokens}')::varchar(1000)",
      ""}},
    {LogColumn::output_audio_tokens,
     {"metadata", "(m #>> '{usage_object,completion_tokens_details,audio_tokens}')::varchar(1000)",
      ""}},
    {LogColumn::input_image_tokens,
     {"metadata", "(m #>> '{usage_object,prompt_tokens_details,image_tokens}')::varchar(1000)",
      ""}},
    {LogColumn::output_image_tokens,
     {"metadata", "(m #>> '{usage_object,completion_tokens_details,image_tokens}')::varchar(1000)",
      ""}},
    {LogColumn::input_cost,
     {"metadata", "(m #>> '{cost_breakdown,input_cost}')::varchar(1000)", "costs"}},
    {LogColumn::output_cost,
     {"metadata", "(m #>> '{cost_breakdown,output_cost}')::varchar(1000)", ""}},
    {LogColumn::tool_cost,
     {"metadata", "(m #>> '{cost_breakdown,tool_usage_cost}')::varchar(1000)", ""}},
    {LogColumn::service_tier,
     {"metadata",
      "coalesce(m #>> '{cost_breakdown,service_tier}', m #>> "
      "'{usage_object,service_tier}')::varchar(1000)",
      ""}},
    {LogColumn::deployment, {"model_id", "r.model_id::varchar(1000)", "deployments"}},
    {LogColumn::api_base, {"api_base", "r.api_base::varchar(1000)", ""}},
    {LogColumn::organization, {"organization_id", "r.organization_id::varchar(1000)", ""}},
    {LogColumn::metadata_organization,
     {"metadata", "(m ->> 'user_api_key_org_id')::varchar(1000)", "organizations"}},
    {LogColumn::project,
     {"metadata", "(m ->> 'user_api_key_project_id')::varchar(1000)", "projects"}},
    {LogColumn::project_alias,
     {"metadata", "(m ->> 'user_api_key_project_alias')::varchar(1000)", ""}},
    {LogColumn::agent, {"agent_id", "r.agent_id::varchar(1000)", "agents"}},
    {LogColumn::request, {"request_id", "r.request_id", ""}},
    {LogColumn::logged, {"request_id", "NULL", ""}},
    // Made of the configuration: see columns.cpp.
    {LogColumn::dimensions, {"metadata", "{}", ""}},
};

std::vector<std::string> within(Micros from, Micros to) {
  std::string text = fmt::format("\"startTime\" >= {}", timestamp_literal(from));
  if (to != kEndOfTime) {
    text += fmt::format(" AND \"startTime\" < {}", timestamp_literal(to));
  }
  return {text};
}

std::string newest(const std::string& table, Micros until) {
  return fmt::format(
      "SELECT (extract(epoch FROM \"startTime\") * 1000000)::bigint FROM {}"
      " WHERE \"startTime\" <= {} ORDER BY \"startTime\" DESC LIMIT 1",
      table, timestamp_literal(until));
}

}  // namespace

const RowTable& spend_log_table() {
  static const RowTable table{.name = kSpendLogTable,
                              .called = "the spend log",
                              .key = "request_id",
                              .document = "metadata",
                              .essentials = {"request_id", "startTime", "xmin"},
                              .columns = kColumns,
                              .within = within,
                              .newest = newest,
                              .time = "date_part('epoch', \"startTime\") * 1000000"};
  return table;
}

}  // namespace litellm_exporter

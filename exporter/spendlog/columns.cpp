// SPDX-License-Identifier: Apache-2.0
#include "spendlog/columns.hpp"

#include "base/enum_array.hpp"
#include "postgres/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace litellm_exporter {
namespace {

struct Selected {
  // The table's column that must be readable.
  std::string_view needs;
  // The SQL that is selected; r is the row, m its metadata.
  std::string_view expression;
  // The feature that its absence switches off; empty if nothing is lost, or another column has it.
  std::string_view loses;
};

// Names, statuses and durations only: the objects may hold the text that a guardrail has masked.
constexpr std::string_view kGuardrails =
    "CASE WHEN jsonb_typeof(m -> 'guardrail_information') IN ('array', 'object') THEN left("
    "(SELECT jsonb_agg(jsonb_build_array(g -> 'guardrail_name', g -> 'guardrail_status',"
    " left(g ->> 'duration', 100)))"
    " FROM jsonb_path_query(m, '$.guardrail_information[*]') g)::text, 70000) END";

// One for each request of the batch; a batch of several models has no model of its own.
constexpr std::string_view kBatchModel =
    "CASE WHEN jsonb_typeof(m -> 'batch_models') = 'array' THEN"
    " (SELECT CASE WHEN min(b) = max(b) THEN left(min(b), 1000) WHEN count(b) > 0 THEN 'batch' END"
    " FROM jsonb_array_elements_text(m -> 'batch_models') b) END";

// A list that is large even when it is compressed comes as a text that is no list.
constexpr std::string_view kTags =
    "CASE WHEN pg_column_size(r.request_tags) > 65536 THEN '\"too large\"'"
    " ELSE left(r.request_tags::text, 70000) END";

constexpr EnumArray<LogColumn, Selected> kSelected{
    {LogColumn::request_id, {"request_id", "r.request_id", ""}},
    {LogColumn::start, {"startTime", "date_part('epoch', r.\"startTime\")", ""}},
    {LogColumn::end, {"endTime", "date_part('epoch', r.\"endTime\")", "durations"}},
    {LogColumn::first_token,
     {"completionStartTime", "date_part('epoch', r.\"completionStartTime\")",
      "time to first token"}},
    {LogColumn::model, {"model", "left(r.model, 1000)", "model names"}},
    {LogColumn::model_group, {"model_group", "left(r.model_group, 1000)", ""}},
    {LogColumn::provider,
     {"custom_llm_provider", "left(r.custom_llm_provider, 1000)", "providers"}},
    {LogColumn::status, {"status", "left(r.status, 1000)", ""}},
    {LogColumn::metadata_status, {"metadata", "left(m ->> 'status', 1000)", ""}},
    {LogColumn::error_class,
     {"metadata", "left(m #>> '{error_information,error_class}', 1000)", "exception classes"}},
    {LogColumn::error_code,
     {"metadata", "left(m #>> '{error_information,error_code}', 1000)", "status codes"}},
    {LogColumn::api_key, {"api_key", "left(r.api_key, 1000)", "keys"}},
    {LogColumn::key_alias, {"metadata", "left(m ->> 'user_api_key_alias', 1000)", ""}},
    {LogColumn::team, {"team_id", "left(r.team_id, 1000)", "teams"}},
    {LogColumn::team_alias, {"metadata", "left(m ->> 'user_api_key_team_alias', 1000)", ""}},
    {LogColumn::user, {"user", "left(r.\"user\", 1000)", "users"}},
    {LogColumn::end_user, {"end_user", "left(r.end_user, 1000)", "end users"}},
    {LogColumn::tags, {"request_tags", kTags, "tags"}},
    {LogColumn::guardrails, {"metadata", kGuardrails, "guardrails"}},
    {LogColumn::tool, {"mcp_namespaced_tool_name", "left(r.mcp_namespaced_tool_name, 1000)", ""}},
    {LogColumn::metadata_tool,
     {"metadata", "left(m #>> '{mcp_tool_call_metadata,namespaced_tool_name}', 1000)", ""}},
    {LogColumn::spend, {"spend", "r.spend", "spend"}},
    {LogColumn::input_tokens, {"prompt_tokens", "r.prompt_tokens", "input tokens"}},
    {LogColumn::output_tokens, {"completion_tokens", "r.completion_tokens", "output tokens"}},
    {LogColumn::total_tokens, {"total_tokens", "r.total_tokens", ""}},
    {LogColumn::cached_tokens,
     {"metadata", "left(m #>> '{usage_object,prompt_tokens_details,cached_tokens}', 1000)",
      "cached tokens"}},
    {LogColumn::cached_tokens_anthropic,
     {"metadata",
      "left(coalesce(m #>> '{usage_object,cache_read_input_tokens}',"
      " m #>> '{additional_usage_values,cache_read_input_tokens}'), 1000)",
      ""}},
    {LogColumn::cache_creation_tokens,
     {"metadata",
      "left(coalesce(m #>> '{usage_object,prompt_tokens_details,cache_creation_tokens}',"
      " m #>> '{usage_object,prompt_tokens_details,cache_write_tokens}'), 1000)",
      "cache creation tokens"}},
    {LogColumn::cache_creation_tokens_anthropic,
     {"metadata",
      "left(coalesce(m #>> '{usage_object,cache_creation_input_tokens}',"
      " m #>> '{additional_usage_values,cache_creation_input_tokens}'), 1000)",
      ""}},
    {LogColumn::reasoning_tokens,
     {"metadata", "left(m #>> '{usage_object,completion_tokens_details,reasoning_tokens}', 1000)",
      "reasoning tokens"}},
    {LogColumn::retries, {"metadata", "left(m ->> 'attempted_retries', 1000)", "retries"}},
    {LogColumn::fallbacks, {"metadata", "left(m ->> 'attempted_fallbacks', 1000)", "fallbacks"}},
    {LogColumn::cache_hit, {"cache_hit", "left(r.cache_hit, 1000)", "cache hits"}},
    {LogColumn::call_type, {"call_type", "left(r.call_type, 1000)", "routes"}},
    {LogColumn::requested_model, {"metadata", "left(m ->> 'original_model_group', 1000)", ""}},
    {LogColumn::overhead, {"metadata", "left(m ->> 'litellm_overhead_time_ms', 1000)", "overhead"}},
    {LogColumn::billed_retry,
     {"metadata", "left(m ->> 'billed_retry_attempt', 1000)", "internal calls"}},
    {LogColumn::internal_origin, {"metadata", "left(m ->> 'internal_call_origin', 1000)", ""}},
    {LogColumn::batch_model, {"metadata", kBatchModel, ""}},
    {LogColumn::input_audio_tokens,
     {"metadata", "left(m #>> '{usage_object,prompt_tokens_details,audio_tokens}', 1000)", ""}},
    {LogColumn::output_audio_tokens,
     {"metadata", "left(m #>> '{usage_object,completion_tokens_details,audio_tokens}', 1000)", ""}},
    {LogColumn::input_image_tokens,
     {"metadata", "left(m #>> '{usage_object,prompt_tokens_details,image_tokens}', 1000)", ""}},
    {LogColumn::output_image_tokens,
     {"metadata", "left(m #>> '{usage_object,completion_tokens_details,image_tokens}', 1000)", ""}},
    {LogColumn::input_cost,
     {"metadata", "left(m #>> '{cost_breakdown,input_cost}', 1000)", "costs"}},
    {LogColumn::output_cost, {"metadata", "left(m #>> '{cost_breakdown,output_cost}', 1000)", ""}},
    {LogColumn::tool_cost,
     {"metadata", "left(m #>> '{cost_breakdown,tool_usage_cost}', 1000)", ""}},
    {LogColumn::service_tier,
     {"metadata",
      "left(coalesce(m #>> '{cost_breakdown,service_tier}', m #>> '{usage_object,service_tier}'), "
      "1000)",
      ""}},
    {LogColumn::deployment, {"model_id", "left(r.model_id, 1000)", "deployments"}},
    {LogColumn::api_base, {"api_base", "left(r.api_base, 1000)", ""}},
    {LogColumn::organization, {"organization_id", "left(r.organization_id, 1000)", ""}},
    {LogColumn::metadata_organization,
     {"metadata", "left(m ->> 'user_api_key_org_id', 1000)", "organizations"}},
    {LogColumn::project, {"metadata", "left(m ->> 'user_api_key_project_id', 1000)", "projects"}},
    {LogColumn::project_alias, {"metadata", "left(m ->> 'user_api_key_project_alias', 1000)", ""}},
    {LogColumn::agent, {"agent_id", "left(r.agent_id, 1000)", "agents"}},
    // Made of the configuration: see of_dimensions().
    {LogColumn::dimensions, {"metadata", "NULL", ""}},
};

// A list with the text of each path; null where it is absent, false where it is no single value.
std::string of_dimensions(const std::vector<std::string>& dimensions) {
  std::string list;
  for (const std::string& dimension : dimensions) {
    std::string path = dimension;
    std::ranges::replace(path, '.', ',');
    const std::string value = "m #> " + postgres::quote_literal("{" + path + "}");
    list += fmt::format(
        "{0}CASE WHEN jsonb_typeof({1}) IN ('object', 'array') THEN 'false'::jsonb"
        " ELSE to_jsonb(left(({1}) #>> '{{}}', 1000)) END",
        list.empty() ? "" : ", ", value);
  }
  return list.empty() ? "NULL" : fmt::format("jsonb_build_array({})::text", list);
}

}  // namespace

std::string select_rows(const postgres::Table& table, const std::string& from,
                        const std::string& condition, const std::vector<std::string>& dimensions) {
  std::string list;
  std::set<std::string_view> inner;
  for (const Selected& selected : kSelected) {
    const bool readable = table.can_read(std::string{selected.needs});
    list += list.empty() ? "" : ", ";
    if (!readable) {
      list += "NULL";
    } else if (&selected == &kSelected[LogColumn::dimensions]) {
      list += of_dimensions(dimensions);
    } else {
      list += selected.expression;
    }
    if (readable && selected.needs != "metadata") {
      inner.insert(selected.needs);
    }
  }
  std::string columns;
  for (const std::string_view column : inner) {
    columns += fmt::format("\"{}\", ", column);
  }
  // metadata is large and stored compressed, and every path taken from it would unpack it again:
  // 60 microseconds a row were measured. `|| '{}'` in a subquery that the planner may not flatten
  // (OFFSET 0) unpacks it once: 9 microseconds.
  return fmt::format("SELECT {} FROM (SELECT {}{} AS m FROM {} WHERE {} OFFSET 0) r", list, columns,
                     table.can_read("metadata") ? "metadata || '{}'::jsonb" : "NULL::jsonb", from,
                     condition);
}

std::vector<std::string> missing_essentials(const postgres::Table& table) {
  std::vector<std::string> missing;
  for (const char* column : {"request_id", "startTime", "xmin"}) {
    if (!table.can_read(column)) {
      missing.emplace_back(column);
    }
  }
  return missing;
}

std::string describe_gaps(const postgres::Table& table) {
  std::string text;
  for (const Selected& selected : kSelected) {
    if (!selected.loses.empty() && !table.can_read(std::string{selected.needs})) {
      text += fmt::format("{}{}", text.empty() ? "" : ", ", selected.loses);
    }
  }
  return text;
}

Gaps find_gaps(const postgres::Table& table) {
  Gaps gaps;
  const auto look_at = [&](const std::string& column) {
    if (!table.can_read(column)) {
      gaps.insert(table.gap(column));
    }
  };
  for (const Selected& selected : kSelected) {
    look_at(std::string{selected.needs});
  }
  look_at("xmin");
  return gaps;
}

}  // namespace litellm_exporter

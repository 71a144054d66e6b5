// SPDX-License-Identifier: Apache-2.0
#include "spendlog/decode.hpp"

#include "base/enum_array.hpp"
#include "base/text.hpp"
#include "names/closed_sets.hpp"
#include "names/key_id.hpp"
#include "poll/error.hpp"
#include "spendlog/columns.hpp"
#include "spendlog/seen_ids.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace litellm_exporter {
namespace {

using Json = nlohmann::json;

// A client may send any number of tags; what is longer than this is not worth reading.
constexpr std::size_t kLargestTagList = 65536;

class Fields {
 public:
  Fields(const postgres::CopyRow& fields, std::size_t label_bytes, Row& row)
      : fields_(fields), label_bytes_(label_bytes), row_(row) {}

  std::string_view text(LogColumn column) const {
    return fields_.at(index_of(column)).value_or(std::string_view{});
  }
  bool present(LogColumn column) const { return !text(column).empty(); }

  void label(LogColumn column, std::string& target) const {
    target = clean_label(trim(text(column)), label_bytes_);
  }
  std::string label(std::string_view text) const { return clean_label(trim(text), label_bytes_); }

  // NULL and '' are 0; what is no number of at least 0, or so large that a counter would lose what
  // is added to it, is noted and is 0.
  double amount(LogColumn column, Invalid invalid) const {
    if (!present(column)) {
      return 0;
    }
    const auto value = parse_number(text(column));
    constexpr double kLargest = 1e15;
    if (!value || *value < 0 || *value > kLargest) {
      note(invalid);
      return 0;
    }
    return *value;
  }

  void note(Invalid invalid) const {
    if (std::find(row_.invalid.begin(), row_.invalid.end(), invalid) == row_.invalid.end()) {
      row_.invalid.push_back(invalid);
    }
  }

 private:
  const postgres::CopyRow& fields_;
  std::size_t label_bytes_;
  Row& row_;
};

Json parse_list(const Fields& in, LogColumn column, Invalid invalid) {
  const std::string_view text = in.text(column);
  if (text.empty() || text == "[]" || text == "{}" || text == "null") {
    return Json::array();
  }
  Json list = text.size() > kLargestTagList ? Json() : Json::parse(text, nullptr, false);
  // Some writers store the list as a JSON string that holds JSON.
  if (list.is_string()) {
    list = Json::parse(list.get_ref<const std::string&>(), nullptr, false);
  }
  if (!list.is_array()) {
    in.note(invalid);
    return Json::array();
  }
  return list;
}

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
  row.exception_class = exception_class(in.text(LogColumn::error_class));
  row.status_code = status_code(in.text(LogColumn::error_code));
}

void read_names(const Fields& in, Row& row) {
  in.label(in.present(LogColumn::model_group) ? LogColumn::model_group : LogColumn::model,
           row.model);
  in.label(LogColumn::provider, row.provider);
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

void read_tags(const Fields& in, Row& row) {
  row.tags.clear();
  for (const Json& item : parse_list(in, LogColumn::tags, Invalid::tags)) {
    if (!item.is_string()) {
      in.note(Invalid::tags);
      continue;
    }
    std::string tag = in.label(item.get_ref<const std::string&>());
    // LiteLLM adds the client's User-Agent by itself; its values are without number.
    if (!tag.empty() && !tag.starts_with("User-Agent:") &&
        std::find(row.tags.begin(), row.tags.end(), tag) == row.tags.end()) {
      row.tags.push_back(std::move(tag));
    }
  }
}

void read_guardrails(const Fields& in, Row& row) {
  row.guardrails.clear();
  for (const Json& item : parse_list(in, LogColumn::guardrails, Invalid::guardrails)) {
    if (!item.is_array() || item.size() != 2 || !item[0].is_string()) {
      in.note(Invalid::guardrails);
      continue;
    }
    const std::string status = item[1].is_string() ? item[1].get<std::string>() : "";
    row.guardrails.push_back(
        {in.label(item[0].get_ref<const std::string&>()), std::string{guardrail_status(status)}});
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
  read_outcome(in, row);
  read_amounts(in, row);
  read_times(in, row);
  read_names(in, row);
  read_tags(in, row);
  read_guardrails(in, row);
}

}  // namespace litellm_exporter

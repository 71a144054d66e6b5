// SPDX-License-Identifier: Apache-2.0
#include "spendlog/lists.hpp"

#include "names/closed_sets.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

namespace litellm_exporter {
namespace {

using Json = nlohmann::json;

// A client may send any number of tags; what is longer than this is not worth reading.
constexpr std::size_t kLargestTagList = 65536;

// A day at most: more would make a histogram's sum worthless.
bool is_duration(double seconds) {
  return std::isfinite(seconds) && seconds >= 0 && seconds <= 86'400;
}

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

}  // namespace

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
    if (!item.is_array() || item.size() != 3 || !item[0].is_string()) {
      in.note(Invalid::guardrails);
      continue;
    }
    const std::string status = item[1].is_string() ? item[1].get<std::string>() : "";
    // As text: a number beyond a double's would cost the whole list.
    std::optional<double> seconds;
    if (item[2].is_string()) {
      seconds = parse_number(item[2].get_ref<const std::string&>());
      if (!seconds || !is_duration(*seconds)) {
        in.note(Invalid::guardrails);
        seconds.reset();
      }
    }
    row.guardrails.push_back({in.label(item[0].get_ref<const std::string&>()),
                              std::string{guardrail_status(status)}, seconds});
  }
}

void read_dimensions(const Fields& in, Row& row) {
  row.dimensions.clear();
  for (const Json& item : parse_list(in, LogColumn::dimensions, Invalid::dimensions)) {
    if (item.is_boolean()) {
      in.note(Invalid::dimensions);
    }
    row.dimensions.push_back(item.is_string() ? in.label(item.get_ref<const std::string&>()) : "");
  }
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "proxies/json.hpp"
#include "proxies/judge.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

namespace litellm_exporter {
namespace {

using nlohmann::json;

// An entry of the list: a public name, and what it calls.
struct Listed {
  std::string name;
  std::string called;
};

std::string inner_text(const json& model, const char* key, const char* text) {
  const auto found = model.find(key);
  return found != model.end() && found->is_object() ? text_of(*found, text) : std::string{};
}

bool has_star(std::string_view text) { return text.find('*') != std::string_view::npos; }

// A deployment such as openai/* is listed once for each model that it stands for, all with its id;
// an alias of a deployment calls the same model.
bool is_wildcard(const std::vector<Listed>& entries) {
  return std::ranges::any_of(entries, [&](const Listed& each) {
    return has_star(each.name) || has_star(each.called) || each.called != entries.front().called;
  });
}

// openai/* for openai/gpt-4o and openai/ft/mine, * for gpt-4o.
std::string common_pattern(const std::vector<Listed>& entries) {
  std::string_view common = entries.front().name;
  for (const Listed& each : entries) {
    const std::string_view name = each.name;
    const auto end = std::mismatch(common.begin(), common.end(), name.begin(), name.end()).first;
    common = common.substr(0, static_cast<std::size_t>(end - common.begin()));
  }
  const std::size_t slash = common.rfind('/');
  return std::string(slash == std::string_view::npos ? "" : common.substr(0, slash + 1)) + "*";
}

// The public name of the deployment itself.
std::string own_name(const std::vector<Listed>& entries) {
  const auto pattern =
      std::ranges::find_if(entries, [](const Listed& each) { return has_star(each.name); });
  if (pattern != entries.end()) {
    return pattern->name;
  }
  return is_wildcard(entries) ? common_pattern(entries) : entries.front().name;
}

// By the deployment's id, which may be missing.
std::map<std::string, std::vector<Listed>> deployments_of(const json& list) {
  std::map<std::string, std::vector<Listed>> deployments;
  for (const json& model : list) {
    if (model.is_object()) {
      deployments[inner_text(model, "model_info", "id")].push_back(
          {text_of(model, "model_name"), inner_text(model, "litellm_params", "model")});
    }
  }
  return deployments;
}

}  // namespace

std::optional<ModelNames> model_names(const http::Answer& answer) {
  const json body = parse_json(answer.body);
  if (answer.trouble || answer.status != 200 || !body.is_object() || !body.contains("data") ||
      !body["data"].is_array()) {
    return std::nullopt;
  }
  ModelNames names;
  std::set<std::string> ambiguous = {""};
  const auto add_called = [&](const std::string& called, const std::string& name) {
    if (names.by_model.try_emplace(called, name).first->second != name) {
      ambiguous.insert(called);
    }
  };
  for (const auto& [id, entries] : deployments_of(body["data"])) {
    const std::string own = id.empty() ? "" : own_name(entries);
    if (!id.empty()) {
      names.by_id[id] = own;
    }
    const bool wildcard = !id.empty() && is_wildcard(entries);
    for (const Listed& each : entries) {
      // A deployment of its own may also call a model that a wildcard stands for.
      if (!wildcard || has_star(each.called)) {
        add_called(each.called, wildcard ? own : each.name);
      }
    }
  }
  std::erase_if(names.by_model, [&](const auto& entry) { return ambiguous.contains(entry.first); });
  return names;
}

}  // namespace litellm_exporter

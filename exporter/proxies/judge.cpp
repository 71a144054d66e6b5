// SPDX-License-Identifier: Apache-2.0
#include "proxies/judge.hpp"

#include "proxies/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

namespace litellm_exporter {
namespace {

using nlohmann::json;

// It becomes a label, so that nothing else may pass for it: 1.80.5 and what may follow it. By hand:
// the HTTP library keeps regular expressions in statics, and code of ours for them would take the
// place of its own, where ThreadSanitizer cannot see the guards.
bool is_version(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::string_view kAllowed =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._+-";
  const std::size_t dot = text.find_first_not_of(kDigits);
  return text.size() <= kLongest && dot != std::string_view::npos && dot > 0 && text[dot] == '.' &&
         dot + 1 < text.size() && kDigits.find(text[dot + 1]) != std::string_view::npos &&
         text.find_first_not_of(kAllowed) == std::string_view::npos;
}

std::string version_of(const json& object) {
  const std::string text = text_of(object, "litellm_version");
  return is_version(text) ? text : std::string{};
}

Ailment ailment_of(int status) {
  if (status == 404) {
    return Ailment::not_found;
  }
  return status >= 500 && status < 600 ? Ailment::server_error : Ailment::other_status;
}

Verdict judge(const http::Answer& answer, bool is_litellm) {
  if (answer.trouble) {
    return {false, answer.trouble->words, answer.trouble->fault};
  }
  if (answer.status != 200) {
    return {false, fmt::format("answers {}", answer.status), ailment_of(answer.status)};
  }
  if (!is_litellm) {
    return {false, "answers 200, but not as LiteLLM does: is the URL right?", Ailment::not_litellm};
  }
  return {true, {}, {}};
}

}  // namespace

Verdict judge_liveness(const http::Answer& answer) {
  return judge(answer, !parse_json(answer.body).is_discarded());
}

Readiness judge_readiness(const http::Answer& answer) {
  const json body = parse_json(answer.body);
  Readiness readiness;
  readiness.verdict = judge(answer, body.is_object());
  if (answer.trouble || !body.is_object()) {
    return readiness;
  }
  const std::string database = text_of(body, "db");
  if (!database.empty()) {
    readiness.database = database == "connected";
  } else if (answer.status == 503 && text_of(body, "detail").starts_with("Service Unhealthy")) {
    readiness.database = false;
  }
  if (readiness.database == false) {
    // In words of our own: it may say anything, the key that it was shown included.
    readiness.verdict.trouble +=
        fmt::format("{}says that its database is {}", readiness.verdict.good ? "" : " and ",
                    database == "disconnected" ? "disconnected" : "not connected");
    readiness.verdict.cause = Ailment::no_database;
  }
  readiness.version = version_of(body);
  return readiness;
}

void judge_refusal(Verdict& verdict, const http::Answer& answer, bool has_key) {
  if (answer.status == 401 || answer.status == 403) {
    verdict.trouble = fmt::format("answers {}: {}", answer.status,
                                  has_key ? "it wants a key, and refuses litellm.key"
                                          : "it wants a key, and there is no litellm.key");
    verdict.cause = has_key ? Ailment::refuses_key : Ailment::wants_key;
  }
}

std::optional<double> requests_in_flight(const http::Answer& answer) {
  const json body = parse_json(answer.body);
  if (answer.trouble || answer.status != 200 || !body.is_object()) {
    return std::nullopt;
  }
  const auto found = body.find("in_flight_requests");
  if (found == body.end() || !found->is_number()) {
    return std::nullopt;
  }
  return std::max(0.0, found->get<double>() - 1);
}

std::optional<std::map<ModelHealth, bool>> model_health(const http::Answer& answer) {
  const json body = parse_json(answer.body);
  const auto is_list = [&](const char* key) { return body.contains(key) && body[key].is_array(); };
  // A 503 answers for a single model only; this asks for all.
  if (answer.trouble || answer.status != 200 || !body.is_object() ||
      !is_list("healthy_endpoints") || !is_list("unhealthy_endpoints")) {
    return std::nullopt;
  }
  std::map<ModelHealth, bool> models;
  const auto read = [&](const char* key, bool healthy) {
    for (const json& endpoint : body[key]) {
      if (endpoint.is_object()) {
        const ModelHealth model{text_of(endpoint, "model"), text_of(endpoint, "model_id")};
        models[model] = healthy && (!models.contains(model) || models[model]);
      }
    }
  };
  read("healthy_endpoints", true);
  read("unhealthy_endpoints", false);
  return models;
}

}  // namespace litellm_exporter

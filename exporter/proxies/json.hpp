// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string>

// Reading of hostile documents.
namespace litellm_exporter {

// Discarded if it is no JSON; throws nothing.
inline nlohmann::json parse_json(const std::string& body) {
  return nlohmann::json::parse(body, nullptr, false);
}

// Empty if there is no such text. Takes an object.
inline std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace litellm_exporter

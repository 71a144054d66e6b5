// SPDX-License-Identifier: Apache-2.0
#include "cluster/message.hpp"

#include <nlohmann/json.hpp>

namespace litellm_exporter {

using nlohmann::json;

std::string to_json(const PeerState& state) {
  return json{{"id", state.id},         {"role", std::string{name_of(state.role)}},
              {"leased", state.leased}, {"promised", state.promised},
              {"saved", state.saved},   {"polled_at", state.polled_at}}
             .dump() +
         "\n";
}

std::optional<PeerState> parse_peer_state(const std::string& body) {
  const json document = json::parse(body, nullptr, false);
  if (!document.is_object()) {
    return std::nullopt;
  }
  try {
    PeerState state;
    state.id = document.at("id").get<std::string>();
    state.leased = document.at("leased").get<bool>();
    state.promised = document.at("promised").get<bool>();
    state.saved = document.at("saved").get<bool>();
    const json& polled_at = document.at("polled_at");
    // Any other number might be too large to be converted.
    if (!polled_at.is_number_integer()) {
      return std::nullopt;
    }
    state.polled_at = polled_at.get<std::int64_t>();
    const auto name = document.at("role").get<std::string>();
    for (const Role role : kEnumerators<Role>) {
      if (name_of(role) == name) {
        state.role = role;
        return state;
      }
    }
  } catch (const json::exception&) {
    // Whatever answers there is no exporter of this version.
  }
  return std::nullopt;
}

}  // namespace litellm_exporter

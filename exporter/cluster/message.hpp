// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/standing.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What exporters of one deployment say to each other: GET /-/cluster, with the secret of the
// cluster in a header.
namespace litellm_exporter {

inline constexpr const char* kClusterPath = "/-/cluster";
inline constexpr const char* kClusterStatePath = "/-/cluster/state";
inline constexpr const char* kClusterSecretHeader = "X-LiteLLM-Exporter-Secret";

// What the one who asks wants.
enum class Wish {
  look,     // to know
  promise,  // to go on without the database
  resign,   // to say that it ends
};

// As the parameter `wish` has them.
inline constexpr EnumArray<Wish, std::string_view> kWishNames{
    {Wish::look, "look"},
    {Wish::promise, "promise"},
    {Wish::resign, "resign"},
};

constexpr std::string_view name_of(Wish wish) { return kWishNames[wish]; }

// The answer.
struct PeerState {
  std::string id;
  Role role = Role::standby;
  // Whether it is active by the database's lease, not by promises alone.
  bool leased = false;
  // Whether it promises what was wished.
  bool promised = false;
  // Whether it has a state, and when its last poll ended by the database's clock, in
  // microseconds.
  bool saved = false;
  std::int64_t polled_at = 0;
};

std::string to_json(const PeerState& state);
// Nothing for anything else.
std::optional<PeerState> parse_peer_state(const std::string& body);

}  // namespace litellm_exporter

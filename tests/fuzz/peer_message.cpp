// SPDX-License-Identifier: Apache-2.0
// What a peer of the cluster answers: nothing, or a message that can be said again.
#include "cluster/message.hpp"
#include "fuzz.hpp"

using namespace litellm_exporter;
using fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto state = parse_peer_state(fuzz::text_of(data, size));
  if (!state) {
    return 0;
  }
  const auto again = parse_peer_state(to_json(*state));
  require(again && again->id == state->id && again->role == state->role &&
              again->leased == state->leased && again->promised == state->promised &&
              again->saved == state->saved && again->polled_at == state->polled_at,
          "what was understood can be said again");
  return 0;
}

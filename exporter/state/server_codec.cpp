// SPDX-License-Identifier: Apache-2.0
#include "state/server_codec.hpp"

namespace litellm_exporter {

void encode_server(Encoder& out, const ServerHistory& server) {
  out.text(server.cluster);
  out.u64(server.timeline);
  out.u64(server.newest);
}

ServerHistory decode_server(Decoder& in) {
  ServerHistory server;
  server.cluster = in.text();
  server.timeline = static_cast<std::uint32_t>(in.u64());
  server.newest = in.u64();
  return server;
}

}  // namespace litellm_exporter

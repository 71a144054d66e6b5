// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/server_history.hpp"
#include "state/codec.hpp"

namespace litellm_exporter {

void encode_server(Encoder& out, const ServerHistory& server);
// Throws DecodeError.
ServerHistory decode_server(Decoder& in);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daily/memory.hpp"
#include "spendlog/server_history.hpp"
#include "state/codec.hpp"

#include <string>

namespace litellm_exporter {

// The remembered daily sums in a record, and which servers told them: all of them, or those changed
// since the last save.
std::string encode_daily(const DailyMemory& memory, const ServerHistory& server, bool all);
// Applies either. Tables of unknown names are left out. Throws DecodeError.
void apply_daily(Decoder in, DailyMemory& memory, ServerHistory& server);

}  // namespace litellm_exporter

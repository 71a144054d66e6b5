// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daily/levels.hpp"
#include "spendlog/server_history.hpp"
#include "state/codec.hpp"

#include <string>

namespace litellm_exporter {

// The part of a record with the levels of the daily sums: all of them, or those that have changed
// since the last save.
std::string encode_levels(const DailyLevels& levels, const ServerHistory& server, bool all);
// Throws DecodeError.
void apply_levels(Decoder in, DailyLevels& levels, ServerHistory& server);

}  // namespace litellm_exporter

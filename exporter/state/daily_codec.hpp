// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daily/memory.hpp"
#include "state/codec.hpp"

#include <string>

namespace litellm_exporter {

// The remembered daily sums in a record: all of them, or those changed since the last save.
std::string encode_daily(const DailyMemory& memory, bool all);
// Applies either. Tables of unknown names are left out. Throws DecodeError.
void apply_daily(Decoder in, DailyMemory& memory);

}  // namespace litellm_exporter

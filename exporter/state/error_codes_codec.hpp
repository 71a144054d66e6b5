// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daily/error_codes.hpp"
#include "state/codec.hpp"

#include <string>

namespace litellm_exporter {

// The failures that wait for a code, and the codes that nobody has yet, in a record: always all of
// them, for they are few.
std::string encode_error_codes(const ErrorCodes& codes);
// In place of those that `codes` holds. Throws DecodeError.
void apply_error_codes(Decoder in, ErrorCodes& codes);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace litellm_exporter {

// 128 bits of the system's randomness in hexadecimal digits: a name that nobody else has. Throws
// std::system_error if the system has none.
std::string random_id();

}  // namespace litellm_exporter

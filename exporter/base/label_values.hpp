// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// Label values with a meaning of their own, as the page and the state file spell them.
namespace litellm_exporter {

// In place of the values for which there was no room, or which are outside a closed set.
inline constexpr std::string_view kOther = "other";
// In place of a value that the row does not have.
inline constexpr std::string_view kUnknown = "unknown";

// The values of the label status of requests.
inline constexpr std::string_view kSuccess = "success";
inline constexpr std::string_view kFailure = "failure";

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace litellm_exporter {

// The host of an API's address, with its port if it names one; never its path, query or user, which
// may hold credentials. Empty for what is no such address. Pure.
std::string api_host(std::string_view address);

}  // namespace litellm_exporter

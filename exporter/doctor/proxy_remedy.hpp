// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace litellm_exporter::doctor {

// What to do about a proxy whose probe ended with these words (http/get.cpp, proxies/judge.cpp).
std::string proxy_remedy(std::string_view trouble);

}  // namespace litellm_exporter::doctor

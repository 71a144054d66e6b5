// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxies/judge.hpp"

#include <string>

namespace litellm_exporter::doctor {

// The next step after this verdict on a proxy.
std::string proxy_remedy(const Verdict& verdict);

}  // namespace litellm_exporter::doctor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace litellm_exporter {

// The page of what to do about one alert; empty when there is none. May be called from any thread.
std::string runbook_page(std::string_view name);
// Links to all of them.
std::string runbook_index();

}  // namespace litellm_exporter

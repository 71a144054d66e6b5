// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/self.hpp"

#include <string>

namespace litellm_exporter {

// The page at "/": version, how each collector is doing, links. Complete HTML without any outside
// resource; everything that is not our own constant is escaped.
std::string landing_page(const SelfView& view, const std::string& telemetry_path);

}  // namespace litellm_exporter

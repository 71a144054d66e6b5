// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"

#include <ostream>

namespace litellm_exporter {

// Whether the exporter that runs on this machine with this configuration serves; says so in one
// line. For container health checks and exec probes: images without a shell or curl have nothing
// else, and it needs neither certificate nor password.
bool healthcheck(const Config& config, std::ostream& out);

}  // namespace litellm_exporter

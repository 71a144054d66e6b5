// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/resolver.hpp"

#include <chrono>
#include <stop_token>
#include <string>

namespace litellm_exporter {

// True if the host itself says that nobody listens on this port: then the process that should does
// not run. False if somebody does, or if nothing is known: no answer, no route, no such host. Takes
// as long as `timeout` at most.
bool refuses_connections(const std::string& host, int port, std::chrono::milliseconds timeout,
                         const std::stop_token& stop);

}  // namespace litellm_exporter

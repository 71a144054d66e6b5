// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/address.hpp"

#include <ostream>
#include <string>

// Questions to the exporter that runs on this machine, as a client meets it that has neither
// password nor certificate. Each takes some seconds at most.
namespace litellm_exporter {

// True if the exporter that listens at the address serves; says so in one line. For container
// health checks and exec probes: images without a shell or curl have nothing else.
bool healthcheck(const Address& address, std::ostream& out);

// True if an exporter like this one listens at the address, which is known to be taken. `tls` is
// what the web configuration lets expect, `telemetry_path` where the metrics would be.
bool is_exporter_at(const Address& address, const std::string& telemetry_path, bool tls);

}  // namespace litellm_exporter

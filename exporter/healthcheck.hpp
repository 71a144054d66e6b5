// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.hpp"

#include <ostream>

namespace litellm_exporter {

// Whether the exporter that listens on this machine at the address serves; says so in one line. For
// container health checks and exec probes: images without a shell or curl have nothing else, and it
// needs neither certificate nor password.
bool healthcheck(const Address& address, std::ostream& out);

}  // namespace litellm_exporter

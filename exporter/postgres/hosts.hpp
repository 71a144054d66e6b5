// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace litellm_exporter::postgres {

// A connection string for each host of the list that `conninfo` (in keyword form) may hold, in the
// order in which libpq would try them. libpq gives each host its own time only in the calls that
// block; whoever waits by himself has to take them one by one. Pure.
std::vector<std::string> each_host(const std::string& conninfo);

// The same for each address that the name of `conninfo`'s single host has, at most eight, so that
// libpq need not look it up: it would wait without a deadline. Asks the resolver. Throws
// ConnectError if the name has no address, or if that takes longer than `timeout` or until the
// stop.
std::vector<std::string> each_address(const std::string& conninfo, Milliseconds timeout,
                                      const std::stop_token& stop);

// name='value' as libpq reads it in keyword form.
std::string keyword(const std::string& name, const std::string& value);

}  // namespace litellm_exporter::postgres

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace litellm_exporter::postgres {

// A connection string for each host of the list that `conninfo` (in keyword form) may hold, in the
// order in which libpq would try them. libpq gives each host its own time only in the calls that
// block; whoever waits by himself has to take them one by one. Pure.
std::vector<std::string> each_host(const std::string& conninfo);

// The same for each address that the name of `conninfo`'s single host has, at most eight. As it is
// where it has one or none: libpq says best what is wrong with a name. Asks the resolver.
std::vector<std::string> each_address(const std::string& conninfo);

// name='value' as libpq reads it in keyword form.
std::string keyword(const std::string& name, const std::string& value);

}  // namespace litellm_exporter::postgres

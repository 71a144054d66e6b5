// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace litellm_exporter::postgres {

// A connection string for each host of the list that `conninfo` (in keyword form) may hold, in the
// order in which libpq would try them. libpq gives each host its own time only in the calls that
// block; whoever waits by himself has to take them one by one. Pure.
std::vector<std::string> each_host(const std::string& conninfo);

// name='value' as libpq reads it in keyword form.
std::string keyword(const std::string& name, const std::string& value);

}  // namespace litellm_exporter::postgres

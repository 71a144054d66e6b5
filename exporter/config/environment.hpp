// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace litellm_exporter {

// The value of a variable, or nothing.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

// The environment of this process; an empty variable counts as absent.
std::optional<std::string> process_environment(const std::string& name);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <functional>
#include <optional>
#include <string>

namespace litellm_exporter {

// The value of a variable, or nothing.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

// The environment of this process; an empty variable counts as absent.
inline std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr && *value != '\0' ? std::optional<std::string>{value} : std::nullopt;
}

}  // namespace litellm_exporter

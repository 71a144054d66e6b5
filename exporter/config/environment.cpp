// SPDX-License-Identifier: Apache-2.0
#include "config/environment.hpp"

#include <cstdlib>

namespace litellm_exporter {

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr && *value != '\0' ? std::optional<std::string>{value} : std::nullopt;
}

}  // namespace litellm_exporter

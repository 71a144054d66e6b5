// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace litellm_exporter {

// Why a configuration is refused, in one line that quotes no secret. The parser of a value gives
// the bare reason; whoever knows where the value stands puts the place before it (with_place,
// YamlMap), so that load_config() throws file, line, key and reason as far as they are known.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Returns what `work` returns; a ConfigError from within begins with the place.
template <typename Work>
auto with_place(const std::string& place, const Work& work) {
  try {
    return work();
  } catch (const ConfigError& e) {
    throw ConfigError(place + ": " + e.what());
  }
}

}  // namespace litellm_exporter

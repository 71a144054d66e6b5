// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "config/environment.hpp"
#include "config/yaml.hpp"

#include <string>

// Where the database's URL and LiteLLM's key come from. An error names the file or the variable and
// never quotes the secret. All throw ConfigError.
namespace litellm_exporter {

// The file's `key` or `key`_file, never both; `target` stays as it is without either.
void read_secret(YamlMap& map, const std::string& key, Secret& target);

// The same with the variables `name` and `name`_FILE.
void read_secret(const Environment& environment, const std::string& name, Secret& target);

// What LoadCredential= of a systemd unit hands over. The package's unit always does, so an empty
// one is an operator who gives the secret elsewhere, or has none.
void read_credentials(const Environment& environment, Config& config);

}  // namespace litellm_exporter

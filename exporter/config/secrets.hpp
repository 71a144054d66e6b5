// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "config/environment.hpp"
#include "config/yaml.hpp"

#include <string>

// Where the database's URL and LiteLLM's key come from. What stands around them is cleaned by
// clean_secret(). An error names the file or the variable and never quotes the secret. All throw
// ConfigError.
namespace litellm_exporter {

struct SecretSource {
  Secret secret;
  // Where it was read; empty where it was given itself, or the file can be read only once.
  std::string file;
};

// The file's `key` or `key`_file, never both; `target` stays as it is without either.
void read_secret(YamlMap& map, const std::string& key, SecretSource& target);

// The same with the variables `name` and `name`_FILE.
void read_secret(const Environment& environment, const std::string& name, SecretSource& target);

// What LoadCredential= of a systemd unit hands over. The package's unit always does, so an empty
// one is an operator who gives the secret elsewhere, or has none.
void read_credentials(const Environment& environment, Config& config);

// The three ways for the database's URL, which is checked.
void read_database_url(YamlMap& map, Config::Database& target);
void read_database_url(const Environment& environment, Config::Database& target);

// Reads `url_file` of Config::Database again, after its password was refused: it may have been
// rotated. The URL is checked. May be called from any thread; reads a small file.
Secret reread_database_url(const std::string& url_file);

}  // namespace litellm_exporter

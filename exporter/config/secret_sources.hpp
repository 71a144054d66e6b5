// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "config/environment.hpp"
#include "config/yaml.hpp"

#include <functional>
#include <string>

// Where the database's URL and LiteLLM's key come from: configuration file, environment, or the
// credentials of a systemd unit, which each gives the secret itself or names a file that holds it.
// What stands around a secret is cleaned by clean_secret(). All throw ConfigError, which names the
// key, the variable or the file and never quotes the secret.
namespace litellm_exporter {

struct FoundSecret {
  Secret secret;
  // Where a newer one may be read later; empty where the secret was given itself, or the file can
  // be read only once.
  std::string file;
};

// Checks a secret and keeps it in a section of the configuration. Throws ConfigError with the bare
// reason.
using KeepSecret = std::function<void(const FoundSecret& found)>;

KeepSecret keep_database_url(Config::Database& target);
KeepSecret keep_key(Config::Litellm& target);
KeepSecret keep_cluster_secret(Config::Cluster& target);

// Nothing is kept where the source gives nothing; the file's `key` and `key`_file, or the variables
// `name` and `name`_FILE, exclude each other.
void read_secret(YamlMap& map, const std::string& key, const KeepSecret& keep);
void read_secret(const Environment& environment, const std::string& name, const KeepSecret& keep);

// The file `name` of those that LoadCredential= of a systemd unit hands over. The package's unit
// always does, so an empty one is an operator who gives the secret elsewhere, or has none.
void read_credential(const Environment& environment, const std::string& name,
                     const KeepSecret& keep);

// Reads `url_file` of Config::Database again, after its password was refused: it may have been
// rotated. May be called from any thread; reads a small file.
postgres::Conninfo reread_database_url(const std::string& url_file);

}  // namespace litellm_exporter

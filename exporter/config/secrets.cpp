// SPDX-License-Identifier: Apache-2.0
#include "config/secrets.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/check.hpp"

#include <filesystem>
#include <system_error>

namespace litellm_exporter {
namespace {

constexpr std::size_t kLargestSecret = 65536;

Secret read_secret(const std::string& path) {
  // The secret itself where its file should be named: the error must not quote it.
  if (path.find("://") != std::string::npos || path.starts_with("sk-")) {
    throw ConfigError("expected the name of a file, not the secret itself");
  }
  try {
    Secret secret{std::string{trim(read_file(path, kLargestSecret))}};
    if (secret.empty()) {
      throw ConfigError("cannot read the secret: " + path + ": is empty");
    }
    return secret;
  } catch (const FileError& e) {
    throw ConfigError(std::string{"cannot read the secret: "} + e.what());
  }
}

}  // namespace

void read_secret(YamlMap& map, const std::string& key, Secret& target) {
  const std::string file_key = key + "_file";
  std::string value;
  std::string path;
  map.read(key, value);
  map.read(file_key, path);
  if (!value.empty() && !path.empty()) {
    map.fail(file_key, "give either " + key + " or " + file_key + ", not both");
  }
  if (!path.empty()) {
    try {
      target = read_secret(path);
    } catch (const ConfigError& e) {
      map.fail(file_key, e.what());
    }
  } else if (!value.empty()) {
    target = Secret{value};
  }
}

void read_secret(const Environment& environment, const std::string& name, Secret& target) {
  const auto value = environment(name);
  const auto path = environment(name + "_FILE");
  if (value && path) {
    throw ConfigError(name + ": give either " + name + " or " + name + "_FILE, not both");
  }
  if (path) {
    try {
      target = read_secret(*path);
    } catch (const ConfigError& e) {
      throw ConfigError(name + "_FILE: " + e.what());
    }
  } else if (value) {
    target = Secret{*value};
  }
}

void read_credentials(const Environment& environment, Config& config) {
  const auto directory = environment("CREDENTIALS_DIRECTORY");
  const auto read = [&](const char* name, Secret& target) {
    const std::string path = *directory + "/" + name;
    std::error_code error;
    const bool empty = std::filesystem::is_regular_file(path, error) &&
                       std::filesystem::file_size(path, error) == 0;
    if (std::filesystem::exists(path, error) && !empty) {
      target = read_secret(path);
    }
  };
  if (directory) {
    read("database_url", config.database.url);
    if (const auto reason = database_url_problem(config.database.url)) {
      throw ConfigError(*directory + "/database_url: " + *reason);
    }
    read("litellm_key", config.litellm.key);
    if (const auto reason = key_problem(config.litellm.key)) {
      throw ConfigError(*directory + "/litellm_key: " + *reason);
    }
  }
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "config/secrets.hpp"

#include "base/file.hpp"
#include "config/check.hpp"
#include "config/secret_text.hpp"

#include <filesystem>
#include <system_error>

namespace litellm_exporter {
namespace {

constexpr std::size_t kLargestSecret = 65536;

SecretSource read_file_of(const std::string& name) {
  // The secret itself where its file should be named: the error must not quote it.
  if (name.find("://") != std::string::npos || name.starts_with("sk-")) {
    throw ConfigError("expected the name of a file, not the secret itself");
  }
  const std::string path = clean_secret(name);
  const auto fail = [&](const std::string& why) {
    throw ConfigError("cannot read the secret: " + why);
  };
  SecretSource source;
  try {
    source.secret = Secret{clean_secret(read_file(path, kLargestSecret))};
  } catch (const FileError& e) {
    fail(e.what());
  } catch (const ConfigError& e) {
    fail(path + ": " + e.what());
  }
  if (source.secret.empty()) {
    fail(path + ": is empty");
  }
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) {
    source.file = path;
  }
  return source;
}

void take_url(SecretSource source, Config::Database& target) {
  target.url = std::move(source.secret);
  target.url_file = std::move(source.file);
}

}  // namespace

void read_secret(YamlMap& map, const std::string& key, SecretSource& target) {
  const std::string file_key = key + "_file";
  std::string value;
  std::string path;
  map.read(key, value);
  map.read(file_key, path);
  if (!value.empty() && !path.empty()) {
    map.fail(file_key, "give either " + key + " or " + file_key + ", not both");
  }
  try {
    if (!path.empty()) {
      target = read_file_of(path);
    } else if (!value.empty()) {
      target = {Secret{clean_secret(value)}, {}};
    }
  } catch (const ConfigError& e) {
    map.fail(path.empty() ? key : file_key, e.what());
  }
}

void read_secret(const Environment& environment, const std::string& name, SecretSource& target) {
  const auto value = environment(name);
  const auto path = environment(name + "_FILE");
  if (value && path) {
    throw ConfigError(name + ": give either " + name + " or " + name + "_FILE, not both");
  }
  try {
    if (path) {
      target = read_file_of(*path);
    } else if (value) {
      if (std::string clean = clean_secret(*value); !clean.empty()) {
        target = {Secret{std::move(clean)}, {}};
      }
    }
  } catch (const ConfigError& e) {
    throw ConfigError(name + (path ? "_FILE: " : ": ") + e.what());
  }
}

void read_credentials(const Environment& environment, Config& config) {
  const auto directory = environment("CREDENTIALS_DIRECTORY");
  const auto read = [&](const char* name) {
    const std::string path = *directory + "/" + name;
    std::error_code error;
    const bool empty = std::filesystem::is_regular_file(path, error) &&
                       std::filesystem::file_size(path, error) == 0;
    return std::filesystem::exists(path, error) && !empty ? read_file_of(path) : SecretSource{};
  };
  if (directory) {
    take_url(read("database_url"), config.database);
    if (const auto reason = database_url_problem(config.database.url)) {
      throw ConfigError(*directory + "/database_url: " + *reason);
    }
    config.litellm.key = read("litellm_key").secret;
    if (const auto reason = key_problem(config.litellm.key)) {
      throw ConfigError(*directory + "/litellm_key: " + *reason);
    }
  }
}

void read_database_url(YamlMap& map, Config::Database& target) {
  SecretSource source{target.url, target.url_file};
  read_secret(map, "url", source);
  take_url(std::move(source), target);
  if (const auto reason = database_url_problem(target.url)) {
    map.fail(map.has("url_file") ? "url_file" : "url", *reason);
  }
}

void read_database_url(const Environment& environment, Config::Database& target) {
  SecretSource source{target.url, target.url_file};
  read_secret(environment, "DATABASE_URL", source);
  take_url(std::move(source), target);
  if (const auto reason = database_url_problem(target.url)) {
    throw ConfigError("DATABASE_URL: " + *reason);
  }
}

Secret reread_database_url(const std::string& url_file) {
  Secret url = read_file_of(url_file).secret;
  if (const auto reason = database_url_problem(url)) {
    throw ConfigError(url_file + ": " + *reason);
  }
  return url;
}

}  // namespace litellm_exporter

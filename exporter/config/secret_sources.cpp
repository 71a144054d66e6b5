// SPDX-License-Identifier: Apache-2.0
#include "config/secret_sources.hpp"

#include "base/file.hpp"
#include "config/error.hpp"
#include "config/secret_text.hpp"
#include "config/values.hpp"

#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace litellm_exporter {
namespace {

namespace fs = std::filesystem;

Secret read_secret_file(const std::string& path) {
  constexpr std::size_t kLargest = 65536;
  try {
    return with_place(path, [&] {
      Secret secret{clean_secret(read_file(path, kLargest))};
      if (secret.empty()) {
        throw ConfigError("is empty");
      }
      return secret;
    });
  } catch (const std::runtime_error& e) {
    throw ConfigError(std::string{"cannot read the secret: "} + e.what());
  }
}

FoundSecret find_in_file(const std::string& name) {
  // The secret itself where its file should be named: the error must not quote it.
  if (name.find("://") != std::string::npos || name.starts_with("sk-")) {
    throw ConfigError("expected the name of a file, not the secret itself");
  }
  const std::string path = clean_secret(name);
  Secret secret = read_secret_file(path);
  std::error_code error;
  return {std::move(secret), fs::is_regular_file(path, error) ? path : std::string{}};
}

// A key or a variable, and what it says; empty where it is absent.
struct Setting {
  std::string name;
  std::string text;
};

// The secret is empty where neither says anything.
FoundSecret find_in_either(const Setting& secret, const Setting& file) {
  if (!secret.text.empty() && !file.text.empty()) {
    throw ConfigError("give either " + secret.name + " or " + file.name + ", not both");
  }
  return file.text.empty() ? FoundSecret{Secret{clean_secret(secret.text)}, {}}
                           : find_in_file(file.text);
}

}  // namespace

KeepSecret keep_database_url(Config::Database& target) {
  return [&target](const FoundSecret& found) {
    target.conninfo = parse_database_url(found.secret);
    target.url_file = found.file;
  };
}

KeepSecret keep_key(Config::Litellm& target) {
  return [&target](const FoundSecret& found) { target.key = parse_key(found.secret); };
}

KeepSecret keep_cluster_secret(Config::Cluster& target) {
  return [&target](const FoundSecret& found) { target.secret = parse_key(found.secret); };
}

void read_secret(YamlMap& map, const std::string& key, const KeepSecret& keep) {
  Setting secret{key, {}};
  Setting file{key + "_file", {}};
  map.read(secret.name, secret.text);
  map.read(file.name, file.text);
  map.with_place(file.text.empty() ? secret.name : file.name, [&] {
    const FoundSecret found = find_in_either(secret, file);
    if (!found.secret.empty()) {
      keep(found);
    }
  });
}

void read_secret(const Environment& environment, const std::string& name, const KeepSecret& keep) {
  const std::string file_name = name + "_FILE";
  const Setting secret{name, environment(name).value_or("")};
  const Setting file{file_name, environment(file_name).value_or("")};
  const FoundSecret found = with_place(secret.text.empty() ? file_name : name,
                                       [&] { return find_in_either(secret, file); });
  if (!found.secret.empty()) {
    with_place(name, [&] { keep(found); });
  }
}

void read_credential(const Environment& environment, const std::string& name,
                     const KeepSecret& keep) {
  const auto directory = environment("CREDENTIALS_DIRECTORY");
  if (!directory) {
    return;
  }
  const std::string path = *directory + "/" + name;
  std::error_code error;
  const bool empty = fs::is_regular_file(path, error) && fs::file_size(path, error) == 0;
  if (fs::exists(path, error) && !empty) {
    const FoundSecret found = find_in_file(path);
    with_place(path, [&] { keep(found); });
  }
}

postgres::Conninfo reread_database_url(const std::string& url_file) {
  const Secret url = read_secret_file(url_file);
  return with_place(url_file, [&] { return parse_database_url(url); });
}

}  // namespace litellm_exporter

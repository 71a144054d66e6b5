// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.hpp"
#include "config/config.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace litellm_exporter {

// The file of --web.config.file as plain data: who may talk to the web interface, and how. Its keys
// are those of Prometheus' exporter-toolkit.
// https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
struct WebConfig {
  enum class ClientAuth { none, request, require_any, verify_if_given, require_and_verify };

  struct Tls {
    // PEM texts.
    std::string certificates;
    Secret key;
    std::string client_authorities;
    // Whether those are the system's, which clients are not told: there are too many.
    bool system_authorities = false;
    ClientAuth client_auth = ClientAuth::none;
    // Absent: any name.
    std::optional<std::vector<std::string>> client_allowed_names;
    // As in OpenSSL: TLS1_2_VERSION and so on. No version is left where they contradict each other.
    int oldest_version = 0;
    int newest_version = 0;
    // The suites up to TLS 1.2, by OpenSSL's names with colons between them.
    std::string cipher_suites;
    // OpenSSL's names with colons between them; empty means OpenSSL's own choice.
    std::string curves;
    bool prefer_server_cipher_suites = true;
  };

  struct RateLimit {
    std::chrono::nanoseconds interval{0};
    std::int64_t burst = 0;
  };

  // Absent: plain HTTP.
  std::optional<Tls> tls;
  // Sent with every answer.
  std::map<std::string, std::string> headers;
  // User to what may be a bcrypt hash (see is_bcrypt); empty: nobody has to log in.
  std::map<std::string, Secret> users;
  // One request for each interval, and so many at once.
  std::optional<RateLimit> rate_limit;
};

using FileWatcher = std::function<void(const std::string& file)>;

// Reads the file and those that it names, relative to its directory. `about_to_read` is told each
// of them first. An empty file asks for nothing. Throws ConfigError.
WebConfig load_web_config(const std::string& path, const FileWatcher& about_to_read);

}  // namespace litellm_exporter

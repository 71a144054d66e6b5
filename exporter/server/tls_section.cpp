// SPDX-License-Identifier: Apache-2.0
#include "server/tls_section.hpp"

#include "base/file.hpp"
#include "server/system_authorities.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <array>
#include <filesystem>
#include <set>
#include <string_view>

namespace litellm_exporter {
namespace {

constexpr std::size_t kLargestPem = 4 << 20;

template <typename T, std::size_t N>
using Choices = std::array<std::pair<std::string_view, T>, N>;

constexpr Choices<int, 4> kVersions = {{{"TLS10", TLS1_VERSION},
                                        {"TLS11", TLS1_1_VERSION},
                                        {"TLS12", TLS1_2_VERSION},
                                        {"TLS13", TLS1_3_VERSION}}};
// The suites of Go's tls.CipherSuites(); the others are insecure, and refused. The suites of
// TLS 1.3 cannot be chosen, and so have no name here.
constexpr Choices<std::string_view, 13> kSuites = {
    {{"TLS_AES_128_GCM_SHA256", ""},
     {"TLS_AES_256_GCM_SHA384", ""},
     {"TLS_CHACHA20_POLY1305_SHA256", ""},
     {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA"},
     {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA"},
     {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA"},
     {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA"},
     {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
     {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
     {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
     {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
     {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
     {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"}}};
constexpr const char* kUsualSuites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
// Versions before 1.2 know nothing better.
constexpr const char* kOldSuites =
    ":ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA";
constexpr Choices<std::string_view, 4> kCurves = {
    {{"CurveP256", "P-256"}, {"CurveP384", "P-384"}, {"CurveP521", "P-521"}, {"X25519", "X25519"}}};
using ClientAuth = WebConfig::ClientAuth;
constexpr Choices<ClientAuth, 6> kClientAuth = {
    {{"NoClientCert", ClientAuth::none},
     {"RequestClientCert", ClientAuth::request},
     {"RequireAnyClientCert", ClientAuth::require_any},
     {"RequireClientCert", ClientAuth::require_any},
     {"VerifyClientCertIfGiven", ClientAuth::verify_if_given},
     {"RequireAndVerifyClientCert", ClientAuth::require_and_verify}}};

template <typename T, std::size_t N>
T choose(const YamlMap& map, const std::string& key, const std::string& text,
         const Choices<T, N>& choices) {
  std::string names;
  for (const auto& [name, value] : choices) {
    if (name == text) {
      return value;
    }
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  }
  constexpr std::size_t kShown = 60;
  map.fail(key,
           fmt::format("'{}' is not known; expected one of {}", text.substr(0, kShown), names));
}

std::string read_named(const YamlMap& map, const std::string& key, const std::string& path,
                       const FileWatcher& about_to_read) {
  about_to_read(path);
  try {
    return read_file(path, kLargestPem);
  } catch (const FileError& e) {
    map.fail(key, e.what());
  }
}

// The text of the file that `key`_file names, or of `key`.
std::string read_pem(YamlMap& map, const std::string& key, const std::string& directory,
                     const FileWatcher& about_to_read) {
  const std::string file_key = key + "_file";
  std::string text;
  std::string file;
  map.read(key, text);
  map.read(file_key, file);
  // An absolute path stays as it is.
  return file.empty()
             ? text
             : read_named(map, file_key, (std::filesystem::path(directory) / file).string(),
                          about_to_read);
}

// Whether the section asks for TLS at all, as exporter-toolkit decides it.
bool is_enabled(YamlMap& map) {
  bool enabled = false;
  for (const char* key : {"cert", "cert_file", "key", "key_file", "client_ca", "client_ca_file",
                          "client_auth_type"}) {
    std::string text;
    map.read(key, text);
    enabled = enabled || !text.empty();
  }
  return enabled;
}

void read_pair(YamlMap& map, const std::string& directory, const FileWatcher& about_to_read,
               WebConfig::Tls& tls) {
  tls.certificates = read_pem(map, "cert", directory, about_to_read);
  tls.key = Secret{read_pem(map, "key", directory, about_to_read)};
  if (tls.certificates.empty()) {
    map.fail("cert_file", "is missing: TLS needs cert_file and key_file");
  }
  if (tls.key.empty()) {
    map.fail("key_file", "is missing: TLS needs cert_file and key_file");
  }
}

void read_clients(YamlMap& map, const std::string& directory, const FileWatcher& about_to_read,
                  WebConfig::Tls& tls) {
  std::string policy;
  map.read("client_auth_type", policy);
  tls.client_auth =
      choose(map, "client_auth_type", policy.empty() ? "NoClientCert" : policy, kClientAuth);
  std::string text;
  std::string file;
  map.read("client_ca", text);
  map.read("client_ca_file", file);
  const bool verifies = tls.client_auth == ClientAuth::verify_if_given ||
                        tls.client_auth == ClientAuth::require_and_verify;
  tls.system_authorities = verifies && text.empty() && file.empty();
  if (tls.system_authorities) {
    const std::string bundle = system_authorities();
    if (bundle.empty()) {
      map.fail("client_ca_file",
               "is missing, and this system has no authorities of its own "
               "(SSL_CERT_FILE, the package ca-certificates)");
    }
    tls.client_authorities = read_named(map, "client_ca_file", bundle, about_to_read);
  } else {
    tls.client_authorities = read_pem(map, "client_ca", directory, about_to_read);
  }
  if (tls.client_auth == ClientAuth::none && !(text.empty() && file.empty())) {
    map.fail("client_auth_type", "is missing: client_ca_file alone checks nobody");
  }
  if (map.has("client_allowed_sans")) {
    map.read("client_allowed_sans", tls.client_allowed_names.emplace());
  }
}

void read_ciphers(YamlMap& map, WebConfig::Tls& tls) {
  std::vector<std::string> suites;
  map.read("cipher_suites", suites);
  for (const std::string& suite : suites) {
    const std::string_view name = choose(map, "cipher_suites", suite, kSuites);
    tls.cipher_suites +=
        fmt::format("{}{}", tls.cipher_suites.empty() || name.empty() ? "" : ":", name);
  }
  if (suites.empty()) {
    tls.cipher_suites = kUsualSuites;
    tls.cipher_suites += tls.oldest_version < TLS1_2_VERSION ? kOldSuites : "";
  } else if (tls.cipher_suites.empty()) {
    tls.oldest_version = TLS1_3_VERSION;
  }
  std::vector<std::string> curves;
  map.read("curve_preferences", curves);
  std::set<std::string_view> known;
  for (const std::string& curve : curves) {
    const std::string_view name = choose(map, "curve_preferences", curve, kCurves);
    // OpenSSL takes none twice.
    if (known.insert(name).second) {
      tls.curves += fmt::format("{}{}", tls.curves.empty() ? "" : ":", name);
    }
  }
  map.read("prefer_server_cipher_suites", tls.prefer_server_cipher_suites);
}

}  // namespace

std::optional<WebConfig::Tls> read_tls(YamlMap map, const std::string& directory,
                                       const FileWatcher& about_to_read) {
  WebConfig::Tls tls;
  const bool enabled = is_enabled(map);
  if (enabled) {
    read_pair(map, directory, about_to_read, tls);
  }
  read_clients(map, directory, about_to_read, tls);
  std::string oldest = "TLS12";
  std::string newest = "TLS13";
  map.read("min_version", oldest);
  map.read("max_version", newest);
  tls.oldest_version = choose(map, "min_version", oldest, kVersions);
  tls.newest_version = choose(map, "max_version", newest, kVersions);
  read_ciphers(map, tls);
  map.finish();
  return enabled ? std::optional{std::move(tls)} : std::nullopt;
}

}  // namespace litellm_exporter

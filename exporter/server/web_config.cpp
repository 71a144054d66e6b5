// SPDX-License-Identifier: Apache-2.0
#include "server/web_config.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/yaml.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <filesystem>
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
// Others could contradict what the server itself says about an answer.
struct Header {
  std::string_view name;
  // All that exporter-toolkit takes, nor does it take these in capitals; none: any.
  std::array<std::string_view, 2> values = {};
};
constexpr std::array<Header, 5> kHeaders = {{{"Content-Security-Policy"},
                                             {"Strict-Transport-Security"},
                                             {"X-Content-Type-Options", {"nosniff"}},
                                             {"X-Frame-Options", {"deny", "sameorigin"}},
                                             {"X-XSS-Protection"}}};

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
  map.fail(key, "expected one of " + names);
}

// The text of `key`, or of the file that `key`_file names.
std::string read_pem(YamlMap& map, const std::string& key, const std::string& directory,
                     const FileWatcher& about_to_read) {
  const std::string file_key = key + "_file";
  std::string text;
  std::string file;
  map.read(key, text);
  map.read(file_key, file);
  if (!text.empty() && !file.empty()) {
    map.fail(file_key, "give either " + key + " or " + file_key + ", not both");
  }
  if (file.empty()) {
    return text;
  }
  // An absolute path stays as it is.
  const std::string path = (std::filesystem::path(directory) / file).string();
  about_to_read(path);
  try {
    return read_file(path, kLargestPem);
  } catch (const FileError& e) {
    map.fail(file_key, e.what());
  }
}

WebConfig::Tls read_tls(YamlMap map, const std::string& directory,
                        const FileWatcher& about_to_read) {
  WebConfig::Tls tls;
  tls.certificates = read_pem(map, "cert", directory, about_to_read);
  tls.key = Secret{read_pem(map, "key", directory, about_to_read)};
  tls.client_authorities = read_pem(map, "client_ca", directory, about_to_read);
  if (tls.certificates.empty()) {
    map.fail("cert_file", "is missing: TLS needs cert_file and key_file");
  }
  if (tls.key.empty()) {
    map.fail("key_file", "is missing: TLS needs cert_file and key_file");
  }

  std::string client_auth = "NoClientCert";
  map.read("client_auth_type", client_auth);
  if (client_auth.empty()) {
    client_auth = "NoClientCert";
  }
  tls.client_auth = choose(map, "client_auth_type", client_auth, kClientAuth);
  const bool verifies = tls.client_auth == ClientAuth::verify_if_given ||
                        tls.client_auth == ClientAuth::require_and_verify;
  if (!tls.client_authorities.empty() && tls.client_auth == ClientAuth::none) {
    map.fail("client_auth_type", "is missing: client_ca_file alone checks nobody");
  }
  if (verifies && tls.client_authorities.empty()) {
    map.fail("client_ca_file", "is missing: " + client_auth + " needs it");
  }
  map.read("client_allowed_sans", tls.client_allowed_names);
  if (!tls.client_allowed_names.empty() && tls.client_auth != ClientAuth::require_and_verify) {
    map.fail("client_allowed_sans", "needs client_auth_type: RequireAndVerifyClientCert");
  }

  std::string oldest = "TLS12";
  std::string newest = "TLS13";
  map.read("min_version", oldest);
  map.read("max_version", newest);
  tls.oldest_version = choose(map, "min_version", oldest, kVersions);
  tls.newest_version = choose(map, "max_version", newest, kVersions);
  if (tls.oldest_version > tls.newest_version) {
    map.fail("max_version", "is older than min_version");
  }
  map.read("cipher_suites", tls.cipher_suites);
  std::vector<std::string> curves;
  map.read("curve_preferences", curves);
  for (const std::string& curve : curves) {
    tls.curves += fmt::format("{}{}", tls.curves.empty() ? "" : ":",
                              choose(map, "curve_preferences", curve, kCurves));
  }
  map.read("prefer_server_cipher_suites", tls.prefer_server_cipher_suites);
  map.finish();
  return tls;
}

// Such a header is not set.
bool is_blank(const std::string& value) { return trim(value).empty(); }

void check_header(const YamlMap& map, const std::string& name, const std::string& value) {
  const auto* const known = std::find_if(kHeaders.begin(), kHeaders.end(),
                                         [&](const Header& header) { return header.name == name; });
  if (known == kHeaders.end()) {
    std::string names;
    for (const Header& header : kHeaders) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", header.name);
    }
    map.fail("headers", fmt::format("'{}' cannot be set; known here: {}", name, names));
  }
  const auto& [one, other] = known->values;
  if (!one.empty() && !is_blank(value) && value != one && value != other) {
    map.fail("headers",
             fmt::format("{}: expected {}{}{}", name, one, other.empty() ? "" : " or ", other));
  }
  if (std::any_of(value.begin(), value.end(), [](char c) { return c != ' ' && !is_visible(c); })) {
    map.fail("headers", "the value of " + name + " holds a control character or is not ASCII");
  }
}

void read_http(YamlMap map, WebConfig& config) {
  // Accepted as the toolkit does; only HTTP/1.1 is spoken, which every client falls back to.
  bool http2 = true;
  map.read("http2", http2);
  map.read("headers", config.headers);
  for (const auto& [name, value] : config.headers) {
    check_header(map, name, value);
  }
  std::erase_if(config.headers, [](const auto& header) { return is_blank(header.second); });
  map.finish();
}

bool is_bcrypt(std::string_view hash) {
  constexpr std::size_t kLength = 60;
  constexpr std::string_view kAlphabet =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  // The cost that the hash's own library knows: 04 to 31.
  const auto cost = hash.size() == kLength ? parse_number(hash.substr(4, 2)) : std::nullopt;
  return hash.size() == kLength && hash.starts_with("$2") &&
         std::string_view{"aby"}.find(hash[2]) != std::string_view::npos && hash[3] == '$' &&
         cost && *cost >= 4 && *cost <= 31 && hash[6] == '$' &&
         hash.find_first_not_of(kAlphabet, 7) == std::string_view::npos;
}

void read_users(YamlMap& root, WebConfig& config) {
  std::map<std::string, std::string> users;
  root.read("basic_auth_users", users);
  for (const auto& [name, hash] : users) {
    if (name.empty() || name.find(':') != std::string::npos || !is_bcrypt(hash)) {
      root.fail("basic_auth_users",
                "expected names without a colon and their bcrypt hashes, as htpasswd -nBC 10 makes "
                "them");
    }
    config.users.emplace(name, hash);
  }
}

void read_rate_limit(YamlMap map, WebConfig& config) {
  WebConfig::RateLimit limit;
  // Go's durations have no unit where they are 0.
  std::string interval;
  map.read("interval", interval);
  if (interval != "0") {
    map.read("interval", limit.interval);
  }
  map.read("burst", limit.burst);
  if (limit.interval.count() > 0 && limit.burst == 0) {
    map.fail("burst", "is missing");
  }
  map.finish();
  // An interval of 0 is no limit.
  if (limit.interval.count() > 0) {
    config.rate_limit = limit;
  }
}

}  // namespace

WebConfig load_web_config(const std::string& path, const FileWatcher& about_to_read) {
  about_to_read(path);
  YamlMap root = YamlMap::load(path);
  const std::string directory = std::filesystem::path(path).parent_path().string();
  WebConfig config;
  if (root.has("tls_server_config")) {
    config.tls = read_tls(root.section("tls_server_config"), directory, about_to_read);
  }
  read_http(root.section("http_server_config"), config);
  read_users(root, config);
  if (root.has("rate_limit")) {
    read_rate_limit(root.section("rate_limit"), config);
  }
  root.finish();
  return config;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "server/web_config.hpp"

#include "base/text.hpp"
#include "config/yaml.hpp"
#include "server/bcrypt.hpp"
#include "server/go_values.hpp"
#include "server/tls_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace litellm_exporter {
namespace {

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
  if (!one.empty() && value != one && (other.empty() || value != other)) {
    map.fail("headers",
             fmt::format("{}: expected {}{}{}", name, one, other.empty() ? "" : " or ", other));
  }
}

// Such a value must not begin another header.
std::string without_controls(std::string value) {
  std::replace_if(
      value.begin(), value.end(),
      [](char c) { return !is_visible(c) && static_cast<unsigned char>(c) < 0x80; }, ' ');
  return std::string{trim(value)};
}

void read_http(YamlMap map, WebConfig& config) {
  // Accepted as the toolkit does; only HTTP/1.1 is spoken, which every client falls back to.
  bool http2 = true;
  map.read("http2", http2);
  map.read("headers", config.headers);
  for (auto& [name, value] : config.headers) {
    check_header(map, name, value);
    value = without_controls(value);
  }
  // A blank one is not set.
  std::erase_if(config.headers, [](const auto& header) { return header.second.empty(); });
  map.finish();
}

void read_users(YamlMap& root, WebConfig& config) {
  std::map<std::string, std::string> users;
  root.read("basic_auth_users", users);
  for (const auto& [name, hash] : users) {
    if (!is_bcrypt(hash)) {
      root.fail("basic_auth_users",
                "expected names and their bcrypt hashes, as htpasswd -nBC 10 makes them");
    }
    config.users.emplace(name, hash);
  }
}

void read_rate_limit(YamlMap map, WebConfig& config) {
  std::string interval_text = "0";
  std::string burst_text = "0";
  map.read("interval", interval_text);
  map.read("burst", burst_text);
  const auto interval = parse_go_duration(interval_text);
  const auto burst = parse_go_int(burst_text);
  if (!interval) {
    map.fail("interval", "expected a duration such as 500ms or 1m30s");
  }
  if (!burst) {
    map.fail("burst", "expected a whole number");
  }
  map.finish();
  // Else there is no limit.
  if (interval->count() > 0) {
    config.rate_limit = {*interval, *burst};
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

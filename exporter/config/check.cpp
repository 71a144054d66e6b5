// SPDX-License-Identifier: Apache-2.0
#include "config/check.hpp"

#include "base/address.hpp"
#include "base/file.hpp"
#include "http/url.hpp"
#include "postgres/conninfo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace litellm_exporter {

void check_range(const YamlMap& map, const std::string& key, Milliseconds value,
                 const char* shortest, const char* longest) {
  if (value < *parse_duration(shortest) || value > *parse_duration(longest)) {
    map.fail(key, fmt::format("{} is outside {} to {}", format_duration(value), shortest, longest));
  }
}

std::optional<std::string> database_url_problem(const Secret& url) {
  if (url.empty()) {
    return std::nullopt;
  }
  try {
    static_cast<void>(postgres::parse_conninfo(url));
    return std::nullopt;
  } catch (const postgres::ConninfoError& e) {
    return e.what();
  }
}

std::optional<std::string> base_urls_problem(const std::vector<std::string>& urls) {
  constexpr std::size_t kMost = 64;
  if (urls.size() > kMost) {
    return fmt::format("at most {} proxies", kMost);
  }
  std::set<std::string> seen;
  for (const std::string& text : urls) {
    const auto url = http::parse_url(text);
    if (!url) {
      return "expected URLs such as http://127.0.0.1:24157";
    }
    if (!seen.insert(url->shown()).second) {
      return url->shown() + " is there twice";
    }
  }
  return std::nullopt;
}

std::optional<std::string> key_problem(const Secret& key) {
  // It becomes part of a header, which would end at a newline.
  const bool good =
      std::ranges::all_of(key.reveal(), [](unsigned char c) { return c > ' ' && c != 0x7F; });
  return good ? std::nullopt
              : std::optional<std::string>{"has blanks or control characters within"};
}

std::optional<std::string> ca_file_problem(const std::string& path) {
  constexpr std::size_t kLargest = 4 << 20;
  if (path.empty()) {
    return std::nullopt;
  }
  try {
    const std::string text = read_file(path, kLargest);
    return text.find("-----BEGIN CERTIFICATE-----") == std::string::npos
               ? std::optional{path + ": holds no PEM certificate"}
               : std::nullopt;
  } catch (const FileError& e) {
    return e.what();
  }
}

std::optional<std::string> listen_address_problem(const std::string& address) {
  if (!parse_address(address)) {
    return "expected host:port, [ipv6]:port or :port with a port from 1 to 65535";
  }
  return std::nullopt;
}

std::optional<std::string> telemetry_path_problem(const std::string& path) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-.";
  if (path.size() < 2 || path.front() != '/' || path.starts_with("/-/") || path == "/status" ||
      path == "/status/" || path.starts_with("/runbooks/") ||
      path.find_first_not_of(kAllowed) != std::string::npos) {
    return "expected a path such as /metrics, of letters, digits and /_-., not /status, nor below "
           "/-/ or /runbooks/";
  }
  return std::nullopt;
}

std::optional<std::string> origin_problem(const std::string& origin) {
  // It becomes part of a header in which a blank or a semicolon would say more than it should.
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:[]";
  const std::size_t scheme = origin.find("://");
  const std::string_view name = scheme == std::string::npos
                                    ? std::string_view{}
                                    : std::string_view{origin}.substr(scheme + 3);
  const std::string_view host = name.starts_with("*.") ? name.substr(2) : name;
  if ((!origin.starts_with("https://") && !origin.starts_with("http://")) || host.empty() ||
      host.find_first_not_of(kAllowed) != std::string_view::npos) {
    return "expected an origin such as https://www.example.org or https://*.example.org, without a "
           "path";
  }
  return std::nullopt;
}

std::optional<std::string> bounds_problem(const std::vector<double>& bounds) {
  constexpr std::size_t kMost = 100;
  const bool finite = std::all_of(bounds.begin(), bounds.end(),
                                  [](double bound) { return std::isfinite(bound) && bound > 0; });
  const bool ascending =
      std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>{}) == bounds.end();
  if (bounds.empty() || bounds.size() > kMost || !finite || !ascending) {
    return fmt::format("expected 1 to {} bounds in seconds, above 0 and ascending", kMost);
  }
  return std::nullopt;
}

bool parse_level(const std::string& text, log::Level& level) {
  static const std::map<std::string, log::Level> levels = {{"debug", log::Level::debug},
                                                           {"info", log::Level::info},
                                                           {"warn", log::Level::warn},
                                                           {"error", log::Level::error}};
  const auto found = levels.find(text);
  if (found == levels.end()) {
    return false;
  }
  level = found->second;
  return true;
}

bool parse_format(const std::string& text, log::Format& format) {
  if (text != "logfmt" && text != "json") {
    return false;
  }
  format = text == "json" ? log::Format::json : log::Format::logfmt;
  return true;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "config/values.hpp"

#include "base/file.hpp"
#include "config/error.hpp"
#include "config/secret_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <set>
#include <string_view>

namespace litellm_exporter {
namespace {

// `texts` are clean.
std::vector<http::Url> to_base_urls(const std::vector<std::string>& texts) {
  constexpr std::size_t kMost = 64;
  if (texts.size() > kMost) {
    throw ConfigError(fmt::format("at most {} URLs", kMost));
  }
  std::vector<http::Url> urls;
  std::set<std::string> seen;
  for (const std::string& text : texts) {
    auto url = http::parse_url(text);
    if (!url) {
      throw ConfigError("expected URLs such as http://127.0.0.1:24157");
    }
    if (!seen.insert(url->shown()).second) {
      throw ConfigError(url->shown() + " is there twice");
    }
    log::hide(url->password);
    urls.push_back(std::move(*url));
  }
  return urls;
}

// It becomes part of a header in which a blank or a semicolon would say more than it should.
bool is_origin(std::string_view text) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:[]";
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text.starts_with(scheme)) {
      const std::string_view name = text.substr(scheme.size());
      const std::string_view host = name.starts_with("*.") ? name.substr(2) : name;
      return !host.empty() && host.find_first_not_of(kAllowed) == std::string_view::npos;
    }
  }
  return false;
}

}  // namespace

postgres::Conninfo parse_database_url(const Secret& text) {
  log::hide(text);
  try {
    postgres::Conninfo conninfo = postgres::parse_conninfo(text);
    log::hide(conninfo.password);
    return conninfo;
  } catch (const postgres::ConninfoError& e) {
    throw ConfigError(e.what());
  }
}

Secret parse_key(const Secret& text) {
  log::hide(text);
  // It becomes part of a header, which would end at a newline.
  if (!std::ranges::all_of(text.reveal(), [](unsigned char c) { return c > ' ' && c != 0x7F; })) {
    throw ConfigError("has blanks or control characters within");
  }
  return text;
}

std::vector<http::Url> parse_base_urls(const std::vector<std::string>& texts) {
  std::vector<std::string> clean;
  std::ranges::transform(texts, std::back_inserter(clean), clean_secret);
  return to_base_urls(clean);
}

std::vector<http::Url> parse_base_url_list(const std::string& text) {
  return to_base_urls(clean_list(text));
}

std::string parse_ca_file(const std::string& path) {
  constexpr std::size_t kLargest = 4 << 20;
  if (path.empty()) {
    return path;
  }
  try {
    if (read_file(path, kLargest).find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
      throw ConfigError(path + ": holds no PEM certificate");
    }
  } catch (const FileError& e) {
    throw ConfigError(e.what());
  }
  return path;
}

Address parse_listen_address(const std::string& text) {
  if (auto address = parse_address(text)) {
    return *address;
  }
  throw ConfigError("expected host:port, [ipv6]:port or :port with a port from 1 to 65535");
}

std::string parse_telemetry_path(const std::string& path) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-.";
  if (path.size() < 2 || path.front() != '/' || path.starts_with("/-/") || path == "/status" ||
      path == "/status/" || path.starts_with("/runbooks/") ||
      path.find_first_not_of(kAllowed) != std::string::npos) {
    throw ConfigError(
        "expected a path such as /metrics, of letters, digits and /_-., not /status, nor below "
        "/-/ or /runbooks/");
  }
  return path;
}

std::vector<std::string> parse_origins(const std::vector<std::string>& origins) {
  if (!std::ranges::all_of(origins, is_origin)) {
    throw ConfigError(
        "expected an origin such as https://www.example.org or https://*.example.org, without a "
        "path");
  }
  return origins;
}

log::Level parse_level(const std::string& name) {
  static const std::map<std::string, log::Level> levels = {{"debug", log::Level::debug},
                                                           {"info", log::Level::info},
                                                           {"warn", log::Level::warn},
                                                           {"error", log::Level::error}};
  if (const auto found = levels.find(name); found != levels.end()) {
    return found->second;
  }
  throw ConfigError("expected debug, info, warn or error");
}

log::Format parse_format(const std::string& name) {
  if (name != "logfmt" && name != "json") {
    throw ConfigError("expected logfmt or json");
  }
  return name == "json" ? log::Format::json : log::Format::logfmt;
}

std::string parse_directory(const std::string& path) {
  if (path.empty()) {
    throw ConfigError("must name a directory");
  }
  return path;
}

std::vector<double> parse_bounds(const std::vector<double>& bounds) {
  constexpr std::size_t kMost = 100;
  const bool finite =
      std::ranges::all_of(bounds, [](double bound) { return std::isfinite(bound) && bound > 0; });
  const bool ascending = std::ranges::adjacent_find(bounds, std::greater_equal<>{}) == bounds.end();
  if (bounds.empty() || bounds.size() > kMost || !finite || !ascending) {
    throw ConfigError(
        fmt::format("expected 1 to {} bounds in seconds, above 0 and ascending", kMost));
  }
  return bounds;
}

std::vector<std::string> parse_dimensions(const std::vector<std::string>& paths) {
  constexpr std::size_t kMost = 8;
  const auto is_path = [](const std::string& path) {
    constexpr std::size_t kLongest = 200;
    constexpr std::string_view kLetters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    return !path.empty() && path.size() <= kLongest && !path.starts_with('.') &&
           !path.ends_with('.') && path.find("..") == std::string::npos &&
           path.find_first_not_of(kLetters) == std::string::npos;
  };
  if (!std::ranges::all_of(paths, is_path)) {
    throw ConfigError(
        "expected paths below metadata such as spend_logs_metadata.customer: letters, digits, _ "
        "and "
        "-, with dots between the keys");
  }
  if (std::set<std::string>(paths.begin(), paths.end()).size() != paths.size()) {
    throw ConfigError("a path stands there twice");
  }
  if (paths.size() > kMost) {
    throw ConfigError(fmt::format("expected at most {} paths", kMost));
  }
  return paths;
}

double parse_ratio(double ratio) {
  if (ratio <= 0 || ratio >= 1) {
    throw ConfigError("expected a ratio between 0 and 1, such as 0.995");
  }
  return ratio;
}

double parse_amount(double amount) {
  if (amount <= 0) {
    throw ConfigError("must be above 0");
  }
  return amount;
}

std::map<std::string, double> parse_latencies(const std::map<std::string, double>& seconds) {
  for (const auto& [model, longest] : seconds) {
    if (longest <= 0) {
      throw ConfigError("the objective of '" + model + "' must be above 0");
    }
  }
  return seconds;
}

}  // namespace litellm_exporter

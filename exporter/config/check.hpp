// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "config/yaml.hpp"

#include <optional>
#include <string>
#include <vector>

// The rules that a value must pass, wherever it was set. A `…_problem` function returns the reason
// why a value is refused, or nothing; the reason never quotes a secret.
namespace litellm_exporter {

inline constexpr const char* kLevelExpected = "expected debug, info, warn or error";
inline constexpr const char* kFormatExpected = "expected logfmt or json";

void check_range(const YamlMap& map, const std::string& key, Milliseconds value,
                 const char* shortest, const char* longest);

std::optional<std::string> database_url_problem(const Secret& url);
std::optional<std::string> base_urls_problem(const std::vector<std::string>& urls);
std::optional<std::string> key_problem(const Secret& key);
std::optional<std::string> ca_file_problem(const std::string& path);
std::optional<std::string> listen_address_problem(const std::string& address);
std::optional<std::string> telemetry_path_problem(const std::string& path);
// scheme://host[:port], for the directive frame-ancestors.
std::optional<std::string> origin_problem(const std::string& origin);
std::optional<std::string> bounds_problem(const std::vector<double>& bounds);

bool parse_level(const std::string& text, log::Level& level);
bool parse_format(const std::string& text, log::Format& format);

}  // namespace litellm_exporter

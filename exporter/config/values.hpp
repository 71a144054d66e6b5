// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "http/url.hpp"
#include "postgres/conninfo.hpp"

#include <map>
#include <string>
#include <vector>

// From what an operator wrote to what the configuration holds, wherever it was written. Each
// function returns the value or throws ConfigError with the bare reason, which never quotes a
// secret. A secret is hidden from the log before it is looked at.
namespace litellm_exporter {

// Reads the file of sslidentity, too: see postgres::parse_conninfo().
postgres::Conninfo parse_database_url(const Secret& text);
// A key that is fit for a header.
Secret parse_key(const Secret& text);

// Different URLs, not too many.
std::vector<http::Url> parse_base_urls(const std::vector<std::string>& texts);
// The same as one text with commas.
std::vector<http::Url> parse_base_url_list(const std::string& text);
// Empty, or the name of a file that can be read and holds a certificate.
std::string parse_ca_file(const std::string& path);

Address parse_listen_address(const std::string& text);
std::string parse_telemetry_path(const std::string& path);
// Each scheme://host[:port], for the directive frame-ancestors.
std::vector<std::string> parse_origins(const std::vector<std::string>& origins);

log::Level parse_level(const std::string& name);
log::Format parse_format(const std::string& name);

// Paths whose keys are made of letters, digits, _ and -: each another, not too many.
std::vector<std::string> parse_dimensions(const std::vector<std::string>& paths);

std::string parse_directory(const std::string& path);

// Upper bounds of a histogram's buckets in seconds.
std::vector<double> parse_bounds(const std::vector<double>& bounds);

// Objectives.
double parse_ratio(double ratio);
double parse_amount(double amount);
// Seconds by model.
std::map<std::string, double> parse_latencies(const std::map<std::string, double>& seconds);

}  // namespace litellm_exporter

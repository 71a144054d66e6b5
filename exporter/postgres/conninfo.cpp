// SPDX-License-Identifier: Apache-2.0
#include "postgres/conninfo.hpp"

#include "base/text.hpp"
#include "postgres/tls_files.hpp"
#include "postgres/url_parameters.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace litellm_exporter::postgres {
namespace {

constexpr const char* kEscape =
    "; percent-encode special characters in user and password, for instance @ as %40";

// The session's to say, or what would make another kind of session of it.
constexpr std::array<const char*, 8> kOurs = {
    "client_encoding", "replication",         "connect_timeout",  "keepalives",
    "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"};

std::string part(const Parameters& parts, const char* name) {
  const auto found = parts.find(name);
  return found == parts.end() ? std::string{} : found->second;
}

// Parses a text as libpq does; `url` chooses which of its two forms.
Parameters read_by_libpq(const std::string& text, bool url) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(text.c_str(), &message), &PQconninfoFree);
  PQfreemem(message);
  if (!options || (!url && text.find('=') == std::string::npos)) {
    throw ConninfoError(
        std::string{"expected postgresql://user:password@host:port/database or libpq keywords"} +
        kEscape);
  }
  Parameters parts;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) {
      parts[option->keyword] = option->val;
    }
  }
  return parts;
}

std::string take_schema(Parameters& parts) {
  constexpr std::size_t kLongest = 63;
  std::string schema = part(parts, "schema");
  parts.erase("schema");
  if (clean_label(schema, kLongest) != schema) {
    throw ConninfoError(
        "the parameter schema must be a name of at most 63 bytes of UTF-8 without control "
        "characters");
  }
  return schema;
}

std::optional<Milliseconds> connect_timeout_of(const Parameters& parts) {
  constexpr double kLongest = 86'400;
  const std::string text{trim(part(parts, "connect_timeout"))};
  if (text.empty()) {
    return std::nullopt;
  }
  const auto seconds = parse_number(text);
  if (!seconds || text.find_first_not_of("-0123456789") != std::string::npos) {
    throw ConninfoError("connect_timeout: expected a whole number of seconds");
  }
  return *seconds <= 0 ? std::nullopt
                       : std::optional{Milliseconds{
                             1'000 * static_cast<std::int64_t>(std::min(*seconds, kLongest))}};
}

void check_ports(std::string_view ports) {
  constexpr double kHighest = 65'535;
  for (bool more = !ports.empty(); more;) {
    const std::string_view port = ports.substr(0, ports.find(','));
    more = port.size() < ports.size();
    ports.remove_prefix(port.size() + (more ? 1 : 0));
    if (port.find_first_not_of("0123456789") != std::string_view::npos) {
      throw ConninfoError(std::string{"the port is not a number"} + kEscape);
    }
    const auto number = port.empty() ? 1 : parse_number(port);
    if (!number || *number < 1 || *number > kHighest) {
      throw ConninfoError("the port is not from 1 to 65535");
    }
  }
}

void check_parts(const Parameters& parts) {
  check_ports(part(parts, "port"));
  if (part(parts, "host").find_first_of("@?# ") != std::string::npos ||
      part(parts, "dbname").find('@') != std::string::npos) {
    throw ConninfoError(std::string{"host or database name contains '@' or a blank"} + kEscape);
  }
}

Secret keywords(const Parameters& parts) {
  std::string text;
  for (const auto& [name, value] : parts) {
    text += name + "='";
    for (const char c : value) {
      text += c == '\'' || c == '\\' ? "\\" : "";
      text += c;
    }
    text += "' ";
  }
  return Secret{text};
}

std::string describe(const Parameters& parts) {
  constexpr std::size_t kLongest = 300;
  const auto or_default = [&](const char* name, const char* fallback) {
    const std::string value = part(parts, name);
    return value.empty() ? std::string{fallback} : value;
  };
  return clean_label(or_default("host", "local socket") + ":" + or_default("port", "5432") + "/" +
                         or_default("dbname", "(default)"),
                     kLongest);
}

}  // namespace

Conninfo parse_conninfo(const Secret& url) {
  const std::string& given = url.reveal();
  if (given.find('\0') != std::string::npos) {
    throw ConninfoError("holds a zero byte");
  }
  const bool from_url = is_url(given);
  SplitUrl split;
  if (from_url) {
    split = split_url(given);
  }
  Parameters parts = read_by_libpq(from_url ? split.base : given, from_url);
  for (auto& [name, value] : split.parameters) {
    parts[name] = std::move(value);
  }
  check_parts(parts);

  Conninfo conninfo;
  conninfo.schema = take_schema(parts);
  conninfo.connect_timeout = connect_timeout_of(parts);
  for (const char* name : kOurs) {
    parts.erase(name);
  }
  conninfo.identity = translate_tls(parts, from_url);
  conninfo.text = keywords(parts);
  conninfo.password = Secret{part(parts, "password")};
  conninfo.described = describe(parts);
  conninfo.host = part(parts, "host");
  conninfo.verifies_server = part(parts, "sslmode").starts_with("verify-");
  return conninfo;
}

}  // namespace litellm_exporter::postgres

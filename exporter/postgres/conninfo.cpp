// SPDX-License-Identifier: Apache-2.0
#include "postgres/conninfo.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string_view>

namespace litellm_exporter::postgres {
namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

constexpr const char* kEscape =
    "; percent-encode special characters in user and password, for instance @ as %40";

const std::set<std::string, std::less<>>& libpq_keywords() {
  static const std::set<std::string, std::less<>> keywords = [] {
    std::set<std::string, std::less<>> names;
    const Options defaults(PQconndefaults(), &PQconninfoFree);
    for (const PQconninfoOption* option = defaults.get(); option && option->keyword; ++option) {
      names.insert(option->keyword);
    }
    return names;
  }();
  return keywords;
}

bool is_url(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

bool is_identifier(std::string_view text) {
  return !text.empty() && text.size() < 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

// Drops the parameters that libpq does not know and takes `schema` out.
std::string without_foreign_parameters(std::string_view url, std::string& schema) {
  const std::size_t question = url.find('?');
  if (question == std::string_view::npos) {
    return std::string{url};
  }
  std::string kept{url.substr(0, question)};
  char separator = '?';
  std::string_view rest = url.substr(question + 1);
  while (!rest.empty()) {
    const std::string_view parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), parameter.size() + 1));
    const std::size_t equals = parameter.find('=');
    const std::string_view name = parameter.substr(0, equals);
    if (equals == std::string_view::npos || parameter.find('@') != std::string_view::npos) {
      throw ConninfoError(std::string{"the part after '?' is not a list of name=value"} + kEscape +
                          " and ? as %3F");
    }
    if (parameter == "ssl=true") {
      // Not a keyword, but libpq's URLs know it from JDBC.
      kept += separator;
      kept += "sslmode=require";
      separator = '&';
    } else if (name == "schema") {
      schema = parameter.substr(equals + 1);
      if (!is_identifier(schema)) {
        throw ConninfoError("the parameter schema must be a plain identifier");
      }
    } else if (libpq_keywords().contains(name)) {
      kept += separator;
      kept += parameter;
      separator = '&';
    }
  }
  return kept;
}

std::string quoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') {
      text += '\\';
    }
    text += c;
  }
  return text + "'";
}

void check_parts(const std::map<std::string, std::string>& parts) {
  const auto part = [&](const char* name) {
    const auto found = parts.find(name);
    return found == parts.end() ? std::string{} : found->second;
  };
  if (part("port").find_first_not_of("0123456789,") != std::string::npos) {
    throw ConninfoError(std::string{"the port is not a number"} + kEscape);
  }
  if (part("host").find_first_of("@?# ") != std::string::npos ||
      part("dbname").find('@') != std::string::npos) {
    throw ConninfoError(std::string{"host or database name contains '@' or a blank"} + kEscape);
  }
}

}  // namespace

Conninfo parse_conninfo(const Secret& url) {
  Conninfo conninfo;
  const std::string& given = url.reveal();
  const std::string text =
      is_url(given) ? without_foreign_parameters(given, conninfo.schema) : given;
  char* message = nullptr;
  const Options options(PQconninfoParse(text.c_str(), &message), &PQconninfoFree);
  PQfreemem(message);
  if (!options || (!is_url(given) && given.find('=') == std::string::npos)) {
    throw ConninfoError(
        std::string{"expected postgresql://user:password@host:port/database or libpq keywords"} +
        kEscape);
  }
  std::map<std::string, std::string> parts;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) {
      parts[option->keyword] = option->val;
    }
  }
  check_parts(parts);

  std::string keywords;
  for (const auto& [name, value] : parts) {
    keywords += name + "=" + quoted(value) + " ";
  }
  conninfo.text = Secret{keywords};
  conninfo.password = Secret{parts["password"]};
  const auto or_default = [&](const char* name, const char* fallback) {
    return parts[name].empty() ? std::string{fallback} : parts[name];
  };
  conninfo.described = or_default("host", "local socket") + ":" + or_default("port", "5432") + "/" +
                       or_default("dbname", "(default)");
  return conninfo;
}

}  // namespace litellm_exporter::postgres

// SPDX-License-Identifier: Apache-2.0
#include "postgres/url_parameters.hpp"

#include "postgres/conninfo.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace litellm_exporter::postgres {
namespace {

constexpr const char* kEscape =
    "; percent-encode special characters in user and password, for instance @ as %40, ? as %3F and "
    "% as %25";

// The parameters of Prisma and of JDBC's URLs that are no keywords of libpq.
constexpr std::array<std::string_view, 4> kBesideLibpq = {"schema", "sslaccept", "sslidentity",
                                                          "ssl"};

// Prisma reads a parameter as a browser's form writes it.
constexpr std::array<std::string_view, 8> kAsForms = {"schema",           "sslaccept",   "sslcert",
                                                      "sslidentity",      "sslpassword", "options",
                                                      "application_name", "host"};

// A slip in one of these would mean less security, or other tables.
constexpr std::array<std::string_view, 12> kDelicate = {
    "sslmode",     "sslaccept", "sslcert",     "sslkey",         "sslrootcert", "sslidentity",
    "sslpassword", "schema",    "requirepeer", "channelbinding", "gssencmode",  "sslcrl"};

const std::set<std::string, std::less<>>& libpq_keywords() {
  static const std::set<std::string, std::less<>> keywords = [] {
    std::set<std::string, std::less<>> names;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> defaults(PQconndefaults(),
                                                                                &PQconninfoFree);
    for (const PQconninfoOption* option = defaults.get(); option && option->keyword; ++option) {
      names.insert(option->keyword);
    }
    return names;
  }();
  return keywords;
}

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string lower(std::string_view text) {
  std::string small{text};
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

std::string decoded(std::string_view text, bool as_form) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += as_form && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    unsigned char byte = 0;
    const char* const digits = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2 ||
        byte == 0) {
      throw ConninfoError(std::string{"a % is not followed by two hexadecimal digits other than "
                                      "00"} +
                          kEscape);
    }
    plain += static_cast<char>(byte);
    i += 2;
  }
  return plain;
}

// How many letters must be put in, taken out or changed.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

void refuse_slip(const std::string& given) {
  constexpr std::size_t kLongest = 20;
  constexpr std::size_t kFew = 2;
  std::string name = lower(given);
  std::erase_if(name, [](unsigned char c) { return std::isalnum(c) == 0; });
  for (const std::string_view known : kDelicate) {
    if (name.size() <= kLongest && distance(name, known) <= kFew) {
      throw ConninfoError(
          "a parameter of the URL is known to neither PostgreSQL nor Prisma; did "
          "you mean " +
          std::string{known == "channelbinding" ? "channel_binding" : known} + "?");
    }
  }
  if (name.find("ssl") != std::string::npos || name.starts_with("tls") || name == "requireauth") {
    throw ConninfoError(
        "a parameter about TLS or authentication is unknown here: use sslmode, sslrootcert, "
        "sslcert, sslkey, sslaccept or sslidentity");
  }
}

void add(std::string_view parameter, Parameters& parameters) {
  const std::size_t equals = parameter.find('=');
  if (equals == std::string_view::npos) {
    throw ConninfoError(std::string{"the part after '?' is not a list of name=value"} + kEscape);
  }
  if (parameter.find('?') != std::string_view::npos) {
    throw ConninfoError(
        "there is a second '?': parameters have & between them; percent-encode ? "
        "as %3F");
  }
  const std::string name = decoded(parameter.substr(0, equals), false);
  if (!libpq_keywords().contains(name) && !is_one_of(name, kBesideLibpq)) {
    refuse_slip(name);
    return;
  }
  const auto [place, fresh] =
      parameters.emplace(name, decoded(parameter.substr(equals + 1), is_one_of(name, kAsForms)));
  if (!fresh) {
    throw ConninfoError("the parameter " + name + " is there twice");
  }
}

// The advice for a URL of another kind, by its scheme.
const char* remedy(std::string_view scheme) {
  const auto begins = [&](const char* text) { return scheme.starts_with(text); };
  if (begins("postgresql+") || begins("postgres+")) {
    return "postgresql+DRIVER:// is for SQLAlchemy: write postgresql://";
  }
  if (begins("jdbc:")) {
    return "jdbc: is for Java: write postgresql://user:password@host:port/database";
  }
  if (begins("prisma")) {
    return "prisma:// leads to Prisma's own service, not to PostgreSQL: give the database's URL, "
           "often called DIRECT_URL";
  }
  if (begins("http")) {
    return "http is for LITELLM_BASE_URL; the database's URL begins with postgresql://";
  }
  if (begins("file") || begins("sqlite") || begins("mysql") || begins("mariadb") ||
      begins("mongodb") || begins("sqlserver") || begins("mssql") || begins("cockroachdb") ||
      begins("redis")) {
    return "LiteLLM's tables are in PostgreSQL: the URL begins with postgresql://";
  }
  return nullptr;
}

}  // namespace

bool is_url(std::string_view text) {
  const std::size_t separator = text.find("://");
  const std::string scheme = lower(text.substr(0, std::min(separator, text.size())));
  if (separator != std::string_view::npos && (scheme == "postgresql" || scheme == "postgres")) {
    return true;
  }
  // "file:" and "jdbc:" need no slashes; libpq's keywords have an = before any colon.
  const bool url = scheme.substr(0, scheme.find(':')).find('=') == std::string::npos &&
                   text.find(':') != std::string_view::npos;
  if (const char* what = url ? remedy(scheme) : nullptr) {
    throw ConninfoError(what);
  }
  return false;
}

SplitUrl split_url(std::string_view url) {
  const std::size_t separator = url.find("://");
  // A # before an @ belongs to the password.
  const std::size_t at = url.rfind('@');
  url = url.substr(0, url.find('#', at == std::string_view::npos ? 0 : at));
  const std::size_t question = std::min(url.find('?'), url.size());
  SplitUrl split;
  split.base =
      lower(url.substr(0, separator)) + std::string{url.substr(separator, question - separator)};
  static_cast<void>(decoded(split.base, false));
  std::string_view rest = url.substr(std::min(question + 1, url.size()));
  if (rest.find('@') != std::string_view::npos) {
    throw ConninfoError(std::string{"there is an '@' behind a '?'"} + kEscape);
  }
  while (!rest.empty()) {
    const std::string_view parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), parameter.size() + 1));
    if (!parameter.empty()) {
      add(parameter, split.parameters);
    }
  }
  return split;
}

}  // namespace litellm_exporter::postgres

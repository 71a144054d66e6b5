// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace litellm_exporter::postgres {

// By name; the values hold secrets.
using Parameters = std::map<std::string, std::string>;

struct SplitUrl {
  // Scheme (in small letters), authority and path: for libpq.
  std::string base;
  // Decoded; those that libpq or Prisma knows and this program uses.
  Parameters parameters;
};

// Whether this is a URL of PostgreSQL. Throws ConninfoError for one that leads elsewhere or is
// written as another library wants it.
bool is_url(std::string_view text);

// Takes a URL of PostgreSQL apart, without its fragment. Throws ConninfoError.
SplitUrl split_url(std::string_view url);

}  // namespace litellm_exporter::postgres

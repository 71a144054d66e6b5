// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.hpp"

#include <stdexcept>
#include <string>

namespace litellm_exporter::postgres {

// Says what is wrong with a connection string without quoting any of it.
class ConninfoError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Conninfo {
  // Keyword form for libpq; holds the password.
  Secret text;
  Secret password;
  // From the URL parameter ?schema=, which Prisma and so LiteLLM understand; empty: search_path.
  std::string schema;
  // host, port and database for logs.
  std::string described;
};

// Accepts what libpq accepts (URL or keywords) and what LiteLLM's own DATABASE_URL may hold: URL
// parameters that only Prisma knows (connection_limit, pool_timeout, ...) are left out, because
// libpq would refuse them. Throws ConninfoError. libpq's own messages are never passed on: for an
// unescaped '@' or '/' in a password they quote a part of it.
Conninfo parse_conninfo(const Secret& url);

}  // namespace litellm_exporter::postgres

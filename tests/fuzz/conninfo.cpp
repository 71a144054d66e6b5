// SPDX-License-Identifier: Apache-2.0
// The URL or the keywords of a database: libpq takes what is made of it, and a refusal quotes
// nothing.
#include "postgres/conninfo.hpp"

#include "fuzz.hpp"
#include "postgres/hosts.hpp"

#include <libpq-fe.h>

using namespace litellm_exporter;
using fuzz::require;

namespace {

bool is_conninfo(const std::string& text) {
  PQconninfoOption* options = PQconninfoParse(text.c_str(), nullptr);
  PQconninfoFree(options);
  return options != nullptr;
}

void check(const postgres::Conninfo& conninfo) {
  const std::string& text = conninfo.text.reveal();
  require(is_conninfo(text), "libpq takes it");
  for (const std::string& host : postgres::each_host(text)) {
    require(is_conninfo(host), "libpq takes each host");
  }
  require(fuzz::is_clean(conninfo.described), "it has a clean name");
  require(fuzz::is_clean(conninfo.schema) && conninfo.schema.size() <= 63, "a schema is a name");
  require(!conninfo.connect_timeout || conninfo.connect_timeout->count() > 0,
          "a timeout takes a time");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  try {
    check(postgres::parse_conninfo(Secret{text}));
  } catch (const postgres::ConninfoError& e) {
    require(fuzz::is_clean(e.what()), "a refusal is one clean line");
  }
  return 0;
}

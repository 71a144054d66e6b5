// SPDX-License-Identifier: Apache-2.0
#include "postgres/hosts.hpp"

#include "poll/error.hpp"
#include "postgres/quote.hpp"

#include <doctest/doctest.h>

using litellm_exporter::Milliseconds;
using litellm_exporter::PollError;
using litellm_exporter::postgres::each_address;
using litellm_exporter::postgres::each_host;
using litellm_exporter::postgres::quote_identifier;
using litellm_exporter::postgres::quote_literal;

namespace {

bool holds(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("one host is taken as it is") {
  CHECK(each_host("host=a port=1").size() == 1);
  CHECK(each_host("dbname=x").size() == 1);
}

TEST_CASE("each host of a list is tried by itself, with its own port") {
  const auto hosts = each_host("host=a,b port=1,2 password='it''s, x' dbname=d");
  CHECK(hosts.size() == 1);  // a doubled quote is no escape in libpq: the text is not valid
  const auto both = each_host("host=a,b port=1,2 password='it\\'s, x' dbname=d");
  REQUIRE(both.size() == 2);
  CHECK(holds(both[0], "host='a'"));
  CHECK(holds(both[0], "port='1'"));
  CHECK(holds(both[1], "host='b'"));
  CHECK(holds(both[1], "port='2'"));
  CHECK(holds(both[1], "password='it\\'s, x'"));
}

TEST_CASE("a single port is that of all hosts") {
  const auto hosts = each_host("host=a,b,c port=6432");
  REQUIRE(hosts.size() == 3);
  CHECK(holds(hosts[2], "port='6432'"));
}

TEST_CASE("a standby is looked for on all hosts before any other is taken") {
  const auto hosts = each_host("host=a,b target_session_attrs=prefer-standby");
  REQUIRE(hosts.size() == 4);
  CHECK(holds(hosts[1], "target_session_attrs='standby'"));
  CHECK(holds(hosts[2], "target_session_attrs='any'"));
}

TEST_CASE("a name is looked up before libpq could wait for it") {
  constexpr Milliseconds kLong{60'000};
  for (const char* none :
       {"host=127.0.0.1", "host=/run", "host=@x", "host=a hostaddr=::1", "port=1"}) {
    CHECK(each_address(none, kLong, {}) == std::vector<std::string>{none});
  }
  const auto local = each_address("host=localhost port=1", kLong, {});
  REQUIRE(!local.empty());
  for (const std::string& place : local) {
    CHECK(holds(place, "host=localhost port=1 hostaddr='"));
  }
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(each_address("host=localhost", kLong, stop.get_token()), PollError);
}

TEST_CASE("names and texts are quoted for a statement") {
  CHECK(quote_identifier("a\"b") == "\"a\"\"b\"");
  CHECK(quote_literal("it's") == "'it''s'");
}

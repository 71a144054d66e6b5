// SPDX-License-Identifier: Apache-2.0
#include "server/server.hpp"

#include "server/bcrypt.hpp"
#include "server/go_values.hpp"
#include "server/head_check.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <string>

using namespace litellm_exporter;
using std::chrono::nanoseconds;

namespace {

bool admits(std::string_view head) { return HeadCheck{}.admits(head); }

}  // namespace

TEST_CASE("a head that every server reads alike") {
  CHECK(admits("GET / HTTP/1.1\r\nHost: x\r\nA:\r\nB: \t\xC3\xA4 c\r\n\r\n"));
  CHECK_MESSAGE(admits("GET / HTTP/1.1\r\n\r\n\x00\r\n anything"), "a body is not looked at");
  CHECK_FALSE(admits("GET / HTTP/1.1\n"));
  CHECK_FALSE(admits("GET / HTTP/1.1\r\n folded"));
  CHECK_FALSE(admits("GET / HTTP/1.1\r\n: x"));
  CHECK_FALSE(admits("GET / HTTP/1.1\r\nName : x"));
  CHECK_FALSE(admits("GET / HTTP/1.1\r\nName\r\n"));
  CHECK_FALSE(admits("GET / HTTP/1.1\r\nName: a\rb"));
  CHECK_FALSE(admits({"GET / HTTP/1.1\r\nName: a\0b", 25}));
  HeadCheck bytewise;
  for (const char byte : std::string{"GET / HTTP/1.1\r\nHost: x\r\n"}) {
    CHECK(bytewise.admits({&byte, 1}));
  }
  CHECK_FALSE(bytewise.admits("\n"));
  CHECK_MESSAGE(!bytewise.admits("GET"), "it does not recover");
}

TEST_CASE("a socket that cannot be had has a cause") {
  using Cause = ListenError::Cause;
  CHECK(ListenError("", EACCES).cause() == Cause::not_permitted);
  CHECK(ListenError("", EADDRNOTAVAIL).cause() == Cause::not_our_address);
  CHECK(ListenError("", 0).cause() == Cause::not_our_address);
  CHECK(ListenError("", EADDRINUSE).cause() == Cause::other);
}

TEST_CASE("numbers and durations as Go reads them") {
  CHECK(parse_go_int("10") == 10);
  CHECK(parse_go_int("-0x1F") == -31);
  CHECK(parse_go_int("010") == 8);
  CHECK(parse_go_int("0b11") == 3);
  CHECK(parse_go_int("1_000") == 1000);
  CHECK(parse_go_int("1.9") == 1);
  for (const char* wrong : {"", "-", "+", "--1", "0x", "ten", "99999999999999999999"}) {
    CHECK_MESSAGE(!parse_go_int(wrong), wrong);
  }
  CHECK(parse_go_duration("5") == nanoseconds(5));
  CHECK(parse_go_duration("0") == nanoseconds(0));
  CHECK(parse_go_duration("1h30m") == std::chrono::minutes(90));
  CHECK(parse_go_duration("-1.5s") == std::chrono::milliseconds(-1500));
  CHECK(parse_go_duration(".5us") == nanoseconds(500));
  CHECK(parse_go_duration("2\u00B5s") == nanoseconds(2000));
  for (const char* wrong : {"", "-", "s", ".s", "1d", "1s2", "1 s", "1..5s", "--1s", "9999999h"}) {
    CHECK_MESSAGE(!parse_go_duration(wrong), wrong);
  }
}

TEST_CASE("what is taken for a hash of bcrypt") {
  const std::string tail = "abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu";
  CHECK(is_bcrypt("$2b$10$" + tail));
  CHECK(is_bcrypt("$2$04$" + tail));
  CHECK(is_bcrypt("$2y$31$" + tail + "more"));
  for (const auto& wrong : {"$3b$10$" + tail, "$2b$03$" + tail, "$2b$32$" + tail, "$2b$1x$" + tail,
                            std::string{"$2b$10$short"}, "\xC3" + tail + "123456",
                            "$\xC3" + tail + "123456", std::string{}}) {
    CHECK_MESSAGE(!is_bcrypt(wrong), wrong);
  }
  CHECK(bcrypt_cost("$2b$10$" + tail) == 10);
  CHECK(bcrypt_cost("$2$05$" + tail) == 5);
  for (const char* version : {"$2b$10$", "$2y$10$", "$2x$10$", "$2$10$"}) {
    CHECK_MESSAGE(matches_bcrypt("correct horse", version + tail), version);
  }
  CHECK_FALSE(matches_bcrypt("wrong horse", "$2b$10$" + tail));
  CHECK_FALSE(matches_bcrypt("correct horse", "$2b$10$" + tail.substr(0, 52)));
}

// SPDX-License-Identifier: Apache-2.0
#include "spendlog/zone_offset.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

namespace {

constexpr Micros kSecond = 1'000'000;
constexpr Micros kHour = 3600 * kSecond;
constexpr Micros kNow = 1'800'000'000 * kSecond;

}  // namespace

TEST_CASE(
    "at first the zone is UTC or this role's, by a row of late, else the one that is behind") {
  const auto first = [](Micros newest, Micros zone) {
    ZoneOffset offset;
    offset.follow(newest, kNow, zone);
    return offset.ahead();
  };
  CHECK(first(kNow - 20 * kSecond, -5 * kHour) == 0);
  CHECK(first(kNow - 5 * kHour - 20 * kSecond, -5 * kHour) == -5 * kHour);
  CHECK(first(kNow + 2 * kHour - 20 * kSecond, 2 * kHour) == 2 * kHour);
  CHECK(first(0, 2 * kHour) == 0);
  CHECK(first(0, -5 * kHour) == -5 * kHour);
  CHECK(first(kNow - 3 * kHour, -5 * kHour) == -5 * kHour);
}

TEST_CASE("a new row tells the zone, whatever this role's is") {
  ZoneOffset offset;
  offset.follow(0, kNow, 0);
  offset.follow(kNow - 8 * kHour - 3 * kSecond, kNow, 0);
  CHECK(offset.ahead() == -8 * kHour);
  offset.follow(kNow + 5 * kHour + 30 * 60 * kSecond, kNow, 0);
  CHECK(offset.ahead() == 5 * kHour + 30 * 60 * kSecond);
}

TEST_CASE("while nobody calls it stays, though rows of long ago look like another zone's") {
  ZoneOffset offset;
  offset.follow(kNow, kNow, -5 * kHour);
  for (int hours = 1; hours < 12; ++hours) {
    offset.follow(kNow, kNow + hours * kHour, -5 * kHour);
    CHECK(offset.ahead() == 0);
  }
}

TEST_CASE("summer begins and ends with this role's zone") {
  ZoneOffset offset;
  offset.follow(kNow + 2 * kHour, kNow, 2 * kHour);
  CHECK(offset.ahead() == 2 * kHour);
  offset.follow(kNow + 2 * kHour, kNow + kSecond, kHour);
  CHECK(offset.ahead() == kHour);
  offset.follow(kNow + 2 * kHour, kNow + 2 * kSecond, 2 * kHour);
  CHECK(offset.ahead() == 2 * kHour);
}

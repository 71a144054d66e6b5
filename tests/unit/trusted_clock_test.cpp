// SPDX-License-Identifier: Apache-2.0
#include "spendlog/trusted_clock.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

namespace {

constexpr Micros kSecond = 1'000'000;
constexpr Micros kDay = 86'400 * kSecond;

}  // namespace

TEST_CASE("a clock that keeps pace is believed") {
  TrustedClock clock(100 * kSecond);
  CHECK(clock.judge(kDay, 0) == kDay);
  CHECK(clock.judge(kDay + 60 * kSecond, 60 * kSecond) == kDay + 60 * kSecond);
  CHECK_MESSAGE(clock.judge(kDay + 75 * kSecond, 70 * kSecond) == kDay + 75 * kSecond,
                "it may be slewed");
}

TEST_CASE("a clock that jumps ahead is doubted for a while") {
  TrustedClock clock(100 * kSecond);
  clock.judge(0, 0);
  CHECK(clock.judge(kDay, 10 * kSecond) == 10 * kSecond);
  CHECK(clock.judge(kDay + 99 * kSecond, 109 * kSecond) == 109 * kSecond);
  CHECK(clock.judge(kDay + 100 * kSecond, 110 * kSecond) == kDay + 100 * kSecond);
}

TEST_CASE("a clock that is set right again was never believed") {
  TrustedClock clock(100 * kSecond);
  clock.judge(0, 0);
  CHECK(clock.judge(kDay, 10 * kSecond) == 10 * kSecond);
  CHECK(clock.judge(20 * kSecond, 20 * kSecond) == 20 * kSecond);
  CHECK_MESSAGE(clock.judge(kDay, 115 * kSecond) == 115 * kSecond, "the doubt begins anew");
}

TEST_CASE("a clock that is set back is followed at once") {
  TrustedClock clock(100 * kSecond);
  clock.judge(kDay, 0);
  CHECK(clock.judge(5 * kSecond, 10 * kSecond) == 5 * kSecond);
}

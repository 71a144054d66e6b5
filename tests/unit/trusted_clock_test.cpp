// SPDX-License-Identifier: Apache-2.0
#include "spendlog/trusted_clock.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

namespace {

constexpr Micros kSecond = 1'000'000;
constexpr Micros kDay = 86'400 * kSecond;
// What a machine without a clock says, which is no witness.
constexpr Micros kNoClock = 0;
constexpr Micros kToday = 1'800'000'000 * kSecond;

}  // namespace

TEST_CASE("a clock that keeps pace is believed") {
  TrustedClock clock(100 * kSecond);
  CHECK(clock.judge(kDay, kNoClock, 0) == kDay);
  CHECK(clock.judge(kDay + 60 * kSecond, kNoClock, 60 * kSecond) == kDay + 60 * kSecond);
  CHECK_MESSAGE(clock.judge(kDay + 75 * kSecond, kNoClock, 70 * kSecond) == kDay + 75 * kSecond,
                "it may be slewed");
}

TEST_CASE("a clock that jumps ahead is doubted for a while") {
  TrustedClock clock(100 * kSecond);
  clock.judge(0, kNoClock, 0);
  CHECK(clock.judge(kDay, kNoClock, 10 * kSecond) == 10 * kSecond);
  CHECK(clock.judge(kDay + 99 * kSecond, kNoClock, 109 * kSecond) == 109 * kSecond);
  CHECK(clock.judge(kDay + 100 * kSecond, kNoClock, 110 * kSecond) == kDay + 100 * kSecond);
}

TEST_CASE("a clock that is set right again was never believed") {
  TrustedClock clock(100 * kSecond);
  clock.judge(0, kNoClock, 0);
  CHECK(clock.judge(kDay, kNoClock, 10 * kSecond) == 10 * kSecond);
  CHECK(clock.judge(20 * kSecond, kNoClock, 20 * kSecond) == 20 * kSecond);
  CHECK_MESSAGE(clock.judge(kDay, kNoClock, 115 * kSecond) == 115 * kSecond,
                "the doubt begins anew");
}

TEST_CASE("a clock that is set back is followed at once") {
  TrustedClock clock(100 * kSecond);
  clock.judge(kDay, kNoClock, 0);
  CHECK(clock.judge(5 * kSecond, kNoClock, 10 * kSecond) == 5 * kSecond);
}

TEST_CASE("a database that is ahead of this machine is not believed, from the first look on") {
  TrustedClock clock(100 * kSecond);
  for (Micros passed = 0; passed < 300 * kSecond; passed += 50 * kSecond) {
    const Micros judged = clock.judge(kToday + passed + 30 * kDay, kToday + passed, passed);
    CHECK(judged >= kToday + passed);
    CHECK(judged <= kToday + passed + 10 * kSecond);
  }
}

TEST_CASE("a database that is behind this machine is believed") {
  TrustedClock clock(100 * kSecond);
  CHECK(clock.judge(kToday - kDay, kToday, 0) == kToday - kDay);
  CHECK_MESSAGE(clock.judge(kToday, kToday + kSecond, kSecond) == kToday - kDay + kSecond,
                "it was set right: a jump ahead, which is doubted for a while");
}

// SPDX-License-Identifier: Apache-2.0
#include "spendlog/settled_horizon.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

namespace {

constexpr Micros kSecond = 1'000'000;

}  // namespace

TEST_CASE("a horizon settles once it was seen thirty seconds ago") {
  SettledHorizon horizon;
  CHECK(!horizon.observe(100, 0));
  CHECK(!horizon.observe(110, 15 * kSecond));
  CHECK(!horizon.observe(120, 29 * kSecond));
  CHECK(horizon.observe(130, 30 * kSecond) == 100);
  CHECK(horizon.observe(140, 45 * kSecond) == 110);
  CHECK(horizon.observe(150, 60 * kSecond) == 130);
}

TEST_CASE("a transaction that is open holds it down") {
  SettledHorizon horizon;
  horizon.observe(100, 0);
  CHECK(horizon.observe(90, 40 * kSecond) == 90);
  CHECK(horizon.observe(200, 50 * kSecond) == 90);
  CHECK(horizon.observe(300, 80 * kSecond) == 200);
}

TEST_CASE("hundreds of looks a second are one") {
  SettledHorizon horizon;
  for (Micros at = 0; at < 60 * kSecond; at += kSecond / 100) {
    const auto settled = horizon.observe(static_cast<Xid>(1000 + at / kSecond), at);
    CHECK(settled.has_value() == (at >= 30 * kSecond));
    if (settled) {
      CHECK(*settled <= static_cast<Xid>(1000 + at / kSecond) - 30);
      CHECK(*settled + 35 >= static_cast<Xid>(1000 + at / kSecond));
    }
  }
}

TEST_CASE("what was seen of another server proves nothing") {
  SettledHorizon horizon;
  horizon.observe(100, 0);
  CHECK(horizon.observe(110, 40 * kSecond) == 100);
  horizon.forget();
  CHECK(!horizon.observe(120, 50 * kSecond));
}

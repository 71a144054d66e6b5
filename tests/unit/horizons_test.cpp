// SPDX-License-Identifier: Apache-2.0
#include "spendlog/horizons.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

TEST_CASE("what was never read must be read whole") {
  Horizons horizons;
  CHECK(horizons.lowest(0, kEndOfTime) == 0);
  horizons.set(100, kEndOfTime, 7);
  CHECK(horizons.lowest(100, kEndOfTime) == 7);
  CHECK(horizons.lowest(50, 200) == 0);
}

TEST_CASE("a poll of the newest minutes leaves the hours before to the sweep") {
  Horizons horizons;
  horizons.set(0, kEndOfTime, 10);
  horizons.set(500, kEndOfTime, 20);
  horizons.set(600, kEndOfTime, 30);
  CHECK(horizons.lowest(600, kEndOfTime) == 30);
  CHECK(horizons.lowest(550, kEndOfTime) == 20);
  CHECK(horizons.lowest(500, 600) == 20);
  CHECK(horizons.lowest(0, 500) == 10);
  CHECK(horizons.lowest(0, kEndOfTime) == 10);
}

TEST_CASE("a range in the middle keeps what lies on both sides") {
  Horizons horizons;
  horizons.set(0, kEndOfTime, 10);
  horizons.set(100, 200, 50);
  CHECK(horizons.lowest(0, 100) == 10);
  CHECK(horizons.lowest(100, 200) == 50);
  CHECK(horizons.lowest(200, kEndOfTime) == 10);
  horizons.set(150, 300, 60);
  CHECK(horizons.lowest(100, 150) == 50);
  CHECK(horizons.lowest(150, 300) == 60);
  CHECK(horizons.lowest(300, kEndOfTime) == 10);
  horizons.set(0, kEndOfTime, 70);
  CHECK(horizons.ranges().size() == 1);
}

TEST_CASE("horizons that are not trusted go down, but not below the beginning") {
  Horizons horizons;
  horizons.set(0, 100, 10);
  horizons.set(100, kEndOfTime, 50);
  horizons.lower(20);
  CHECK(horizons.lowest(0, 100) == 0);
  CHECK(horizons.lowest(100, kEndOfTime) == 30);
}

TEST_CASE("forgetting the past does not change the rest") {
  Horizons horizons;
  horizons.set(0, 100, 10);
  horizons.set(100, kEndOfTime, 20);
  horizons.forget_before(150);
  CHECK(horizons.lowest(150, kEndOfTime) == 20);
  CHECK(horizons.ranges().size() == 1);
  horizons.forget_before(50);
  CHECK(horizons.lowest(150, kEndOfTime) == 20);
}

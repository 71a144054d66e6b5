// SPDX-License-Identifier: Apache-2.0
#include "daily/log_watch.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using namespace litellm_exporter;

TEST_CASE("whether rows are written is seen from the sums") {
  LogWatch watch;
  std::int64_t now = 1'000'000'000;
  const auto look = [&](double summed, double counted) {
    now += 15'000'000;
    return watch.is_missing(now, now, summed, counted);
  };
  SUBCASE("rows keep up, or are ahead") {
    for (int i = 0; i < 20; ++i) {
      CHECK_FALSE(look(i * 10, i * 10 + 5));
    }
  }
  SUBCASE("nothing is asked") {
    for (int i = 0; i < 20; ++i) {
      CHECK_FALSE(look(7, 7));
    }
  }
  SUBCASE("rows that come a little later") {
    for (int i = 1; i < 20; ++i) {
      CHECK_FALSE(look(i * 10, (i - 1) * 10));
    }
  }
  SUBCASE("a few are lost") {
    for (int i = 0; i < 40; ++i) {
      CHECK_FALSE(look(i * 10, i * 9));
    }
  }
  SUBCASE("rows end, and traffic goes on") {
    for (int i = 0; i < 20; ++i) {
      CHECK_FALSE(look(i * 10, i * 10));
    }
    int polls = 0;
    while (!look(200 + 10 * polls, 200)) {
      REQUIRE(++polls < 6);
    }
  }
  SUBCASE("one request that becomes no row") {
    for (int i = 0; i < 5; ++i) {
      CHECK_FALSE(look(10, 10));
    }
    int polls = 0;
    while (!look(11, 10)) {
      REQUIRE(++polls < 5);
    }
  }
  SUBCASE("rows that were not read prove nothing") {
    for (int i = 0; i < 5; ++i) {
      CHECK_FALSE(look(10, 10));
    }
    const std::int64_t stuck = now;
    for (int i = 0; i < 10; ++i) {
      now += 15'000'000;
      CHECK_FALSE(watch.is_missing(now, stuck, 10 + i * 5, 10));
    }
  }
  SUBCASE("a restart in between") {
    for (int i = 0; i < 5; ++i) {
      CHECK_FALSE(look(10, 10));
    }
    LogWatch next;
    next.restore(watch.compared());
    watch = next;
    int polls = 0;
    while (!look(12, 10)) {
      REQUIRE(++polls < 5);
    }
  }
}

TEST_CASE("rows that come again are seen, and a pause in which to go back to them") {
  LogWatch watch;
  std::int64_t now = 1'000'000'000;
  double summed = 0;
  double seen = 0;
  const auto pass = [&](int polls, double more, double rows) {
    for (; polls > 0; --polls) {
      now += 15'000'000;
      watch.follow(now, summed += more, seen += rows);
    }
  };
  pass(5, 10, 0);
  CHECK_FALSE(watch.has_rows());
  pass(5, 10, 10);
  CHECK(watch.has_rows());
  CHECK_FALSE(watch.is_paused(now));
  pass(5, 0, 0);
  CHECK(watch.is_paused(now));
  CHECK(watch.has_rows());
  pass(5, 10, 0);
  CHECK_FALSE(watch.has_rows());
}

TEST_CASE("rows that are seen after their sums are rows") {
  LogWatch watch;
  std::int64_t now = 1'000'000'000;
  const auto look = [&](double summed, double seen) {
    now += 15'000'000;
    watch.follow(now, summed, seen);
  };
  // Nothing is asked for long, and then once.
  for (int i = 0; i < 10; ++i) {
    look(22, 0);
  }
  look(25, 0);
  look(25, 3);
  for (int i = 0; i < 5; ++i) {
    look(25, 3);
  }
  CHECK(watch.has_rows());
  CHECK(watch.is_paused(now));
}

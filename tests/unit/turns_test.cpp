// SPDX-License-Identifier: Apache-2.0
#include "server/turns.hpp"

#include <doctest/doctest.h>

#include <future>

using namespace litellm_exporter;
using std::chrono::milliseconds;

TEST_CASE("one at a time, in the order of coming") {
  Turns turns({.most = 10, .most_of_one = 10, .patience = std::chrono::seconds(60)});
  auto first = turns.wait("a");
  REQUIRE(first);
  auto second = std::async(std::launch::async, [&] { return turns.wait("a") != nullptr; });
  CHECK(second.wait_for(milliseconds(50)) == std::future_status::timeout);
  first.reset();
  CHECK(second.get());
}

TEST_CASE("a turn that does not come up in time is given up, and its place is free again") {
  Turns turns({.most = 2, .most_of_one = 2, .patience = milliseconds(10)});
  auto first = turns.wait("a");
  CHECK(!turns.wait("b"));
  first.reset();
  CHECK(turns.wait("b"));
}

TEST_CASE("one client cannot take all places") {
  Turns turns({.most = 2, .most_of_one = 1, .patience = std::chrono::seconds(60)});
  auto first = turns.wait("a");
  CHECK(!turns.wait("a"));
  auto other = std::async(std::launch::async, [&] { return turns.wait("b") != nullptr; });
  // Long enough for it to be in the queue.
  CHECK(other.wait_for(std::chrono::seconds(2)) == std::future_status::timeout);
  CHECK_MESSAGE(!turns.wait("c"), "no place is left");
  first.reset();
  CHECK(other.get());
}

// SPDX-License-Identifier: Apache-2.0
#include "spendlog/seen_ids.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace litellm_exporter;

TEST_CASE("a request is new once, however it was updated") {
  SeenIds seen;
  CHECK(seen.insert({SeenIds::hash("a"), 1}, false));
  CHECK(!seen.insert({SeenIds::hash("a"), 1}, false));
  CHECK_MESSAGE(!seen.insert({SeenIds::hash("a"), 2}, false), "its start was corrected");
  CHECK_MESSAGE(seen.insert({SeenIds::hash("a"), 2}, true), "another row of a partitioned table");
}

TEST_CASE("nothing is lost when the table grows, and only the old is forgotten") {
  SeenIds seen;
  constexpr Micros kCount = 50'000;
  for (Micros i = 0; i < kCount; ++i) {
    REQUIRE(seen.insert({SeenIds::hash(std::to_string(i)), i}, false));
  }
  CHECK(seen.size() == kCount);
  seen.forget_before(kCount - 100);
  CHECK(seen.size() == 100);
  CHECK(!seen.insert({SeenIds::hash(std::to_string(kCount - 1)), kCount - 1}, false));
  CHECK(seen.insert({SeenIds::hash("0"), kCount}, false));
}

TEST_CASE("a request is looked up, by its start as well") {
  SeenIds seen;
  const auto id = SeenIds::hash("a");
  seen.insert({id, 1000}, false);
  CHECK(seen.contains(id));
  CHECK(!seen.contains(SeenIds::hash("b")));
  CHECK(seen.contains(id, 3000, 2000));
  CHECK(!seen.contains(id, 3001, 2000));
}

TEST_CASE("ids that share a slot are told apart") {
  SeenIds seen;
  for (std::uint64_t i = 1; i <= 500; ++i) {
    REQUIRE(seen.insert({i << 32U, 0}, false));
  }
  for (std::uint64_t i = 1; i <= 500; ++i) {
    REQUIRE(!seen.insert({i << 32U, 0}, false));
  }
}

TEST_CASE("what is not saved yet is remembered until it is") {
  SeenIds seen;
  seen.insert({1, 10}, false);
  seen.insert({2, 10}, false);
  CHECK(seen.unsaved().size() == 2);
  seen.saved();
  seen.insert({2, 10}, false);
  seen.insert({3, 10}, false);
  REQUIRE(seen.unsaved().size() == 1);
  CHECK(seen.unsaved().front().id == 3);
}

// SPDX-License-Identifier: Apache-2.0
#include "spendlog/position.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

TEST_CASE("instants become literals with all their microseconds") {
  CHECK(timestamp_literal(0) == "'1970-01-01 00:00:00.000000'");
  CHECK(timestamp_literal(1'795'458'824'000'123) == "'2026-11-23 18:33:44.000123'");
  CHECK(timestamp_literal(-1) == "'1969-12-31 23:59:59.999999'");
}

TEST_CASE("transaction ids are compared on PostgreSQL's circle") {
  constexpr Xid kEpoch = Xid{1} << 32;
  CHECK(inserted_since(0, {0, 10, 20}) == "true");
  CHECK(inserted_since(700, {0, 900, 900}) == "age(xmin) <= age('700'::xid)");
  CHECK(inserted_since(kEpoch + 5, {0, kEpoch + 9, kEpoch + 9}) == "age(xmin) <= age('5'::xid)");
  CHECK_MESSAGE(inserted_since(kEpoch - 5, {0, kEpoch + 9, kEpoch + 9}) ==
                    "age(xmin) <= age('4294967291'::xid)",
                "across the wrap");
  CHECK_MESSAGE(inserted_since(kEpoch, {0, kEpoch + 9, kEpoch + 9}) == "age(xmin) <= age('3'::xid)",
                "0 to 2 are not ordinary transactions");
  CHECK_MESSAGE(inserted_since(1000, {0, kEpoch, kEpoch}) == "true", "too old to compare");
}

TEST_CASE("a cluster is the same where the server does not tell its identifier") {
  CHECK(same_cluster("7/5/2200", "7/5/2200"));
  CHECK(same_cluster("7/5/2200", "/5/2200"));
  CHECK(same_cluster("/5/2200", "7/5/2200"));
  CHECK_FALSE(same_cluster("7/5/2200", "8/5/2200"));
  CHECK_FALSE(same_cluster("7/5/2200", "/6/2200"));
  CHECK_FALSE(same_cluster("", "7/5/2200"));
}

TEST_CASE("a standby shows what was committed until its last replay") {
  CHECK(Position{}.shows_until(70) == 70);
  CHECK(Position{.replayed = 60}.shows_until(70) == 60);
  CHECK(Position{.replayed = 80}.shows_until(70) == 70);
}

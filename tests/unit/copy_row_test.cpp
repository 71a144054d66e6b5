// SPDX-License-Identifier: Apache-2.0
#include "postgres/copy_row.hpp"

#include "poll/error.hpp"

#include <doctest/doctest.h>

using litellm_exporter::postgres::CopyRow;

TEST_CASE("a line of COPY is split and unescaped") {
  std::string line = "a\t\\N\t\tb\\tc\\\\N\\n\\\\\td\n";
  CopyRow row;
  row.parse(line);
  REQUIRE(row.size() == 5);
  CHECK(row.at(0) == "a");
  CHECK(!row.at(1));
  CHECK(row.at(2) == "");
  CHECK(row.at(3) == "b\tc\\N\n\\");
  CHECK(row.at(4) == "d");
}

TEST_CASE("an empty line is one empty field, and a stray backslash does no harm") {
  CopyRow row;
  std::string empty;
  row.parse(empty);
  REQUIRE(row.size() == 1);
  CHECK(row.at(0) == "");
  std::string stray = "x\\";
  row.parse(stray);
  CHECK(row.at(0) == "x\\");
  CHECK_THROWS_AS(row.at(1), litellm_exporter::PollError);
}

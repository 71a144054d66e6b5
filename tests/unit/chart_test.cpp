// SPDX-License-Identifier: Apache-2.0
#include "web/chart.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

TEST_CASE("numbers as a person reads them") {
  CHECK(short_number(0) == "0");
  CHECK(short_number(9999) == "9999");
  CHECK(short_number(12'345) == "12.3 k");
  CHECK(short_number(994'000) == "994 k");
  CHECK(short_number(3'140'000) == "3.1 M");
  CHECK(short_number(2e9) == "2.0 G");
  CHECK(short_number(9999.6) == "10.0 k");
  CHECK(short_number(99'960) == "100 k");
  CHECK(short_number(999'950) == "1.0 M");
  CHECK(dollars(0) == "$0.00");
  CHECK(dollars(0.004) == "<$0.01");
  CHECK(dollars(12.345) == "$12.35");
  CHECK(dollars(123'456) == "$123 k");
  CHECK(dollars(9999.994) == "$9,999.99");
  CHECK(dollars(9999.996) == "$10.0 k");
}

TEST_CASE("columns share one scale, and the smallest failure is seen") {
  const std::string svg = column_chart("a & b", {{"one", 100, 0}, {"two <b>", 49.9, 0.1}});
  CHECK(svg.find("aria-label=\"a &amp; b\"") != std::string::npos);
  CHECK(svg.find("two &lt;b&gt;") != std::string::npos);
  CHECK(svg.find("class=\"lower\" x=\"0\" y=\"0.00\" width=\"8\" height=\"100.00\"") !=
        std::string::npos);
  CHECK(svg.find("class=\"upper\" x=\"10\" y=\"49.10\" width=\"8\" height=\"1.00\"") !=
        std::string::npos);
}

TEST_CASE("nothing to show is a chart all the same") {
  CHECK(column_chart("none", {{"a", 0, 0}}).find("class=\"lower\"") == std::string::npos);
  CHECK(share_bar(2, "lower").find("width=\"100.0%\"") != std::string::npos);
}

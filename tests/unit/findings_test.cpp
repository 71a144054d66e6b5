// SPDX-License-Identifier: Apache-2.0
#include "metrics/findings.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

using namespace litellm_exporter;

namespace {

constexpr Gauge kLimit = {.name = "litellm_budget_limit_usd", .help = "A limit."};

}  // namespace

TEST_CASE("what is unlimited or no number has no series, and no series is there twice") {
  Findings findings;
  findings.add(kLimit, std::nullopt, {{"id", "a"}});
  findings.add(kLimit, INFINITY, {{"id", "b"}});
  findings.add(kLimit, NAN, {{"id", "c"}});
  findings.add(kLimit, 0, {{"id", "d"}});
  findings.add(kLimit, 7, {{"id", "d"}});
  const auto families = std::move(findings).families();
  REQUIRE(families.size() == 1);
  CHECK(families[0].name == "litellm_budget_limit_usd");
  REQUIRE(families[0].metric.size() == 1);
  CHECK(families[0].metric[0].gauge.value == 0);
}

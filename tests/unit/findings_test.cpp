// SPDX-License-Identifier: Apache-2.0
#include "metrics/findings.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

using namespace litellm_exporter;

namespace {

constexpr Gauge kLimit = {.name = "litellm_budget_limit_usd", .help = "A limit."};
constexpr Gauge kSpend = {.name = "litellm_budget_spend_usd", .help = "Spend."};

}  // namespace

TEST_CASE("what is unlimited or no number has no series, and no series is there twice") {
  Findings findings;
  findings.add(kLimit, std::nullopt, {{"id", "a"}});
  findings.add(kLimit, INFINITY, {{"id", "b"}});
  findings.add(kLimit, NAN, {{"id", "c"}});
  findings.add(kLimit, 0, {{"id", "d"}});
  findings.add(kLimit, 7, {{"id", "d"}});
  CHECK(findings.indistinct() == 1);
  const auto families = std::move(findings).families();
  REQUIRE(families.size() == 1);
  CHECK(families[0].name == "litellm_budget_limit_usd");
  REQUIRE(families[0].metric.size() == 1);
  CHECK(families[0].metric[0].gauge.value == 0);
}

TEST_CASE("things that are refused for their labels are counted once, whatever they would show") {
  Findings findings;
  CHECK(findings.claim({{"scope", "user"}, {"id", "a"}}));
  CHECK(findings.claim({{"scope", "user"}, {"id", "b"}}));
  CHECK(findings.claim({{"scope", "use"}, {"id", "ra"}}));
  CHECK(findings.claim({{"scope", "user"}, {"id", "a"}, {"window", "1d"}}));
  CHECK(findings.claim({{"scope", "user"}, {"id", "a"}, {"model", "1d"}}));
  CHECK(findings.indistinct() == 0);
  CHECK_FALSE(findings.claim({{"scope", "user"}, {"id", "a"}}));
  CHECK_FALSE(findings.claim({{"scope", "user"}, {"id", "a"}}));
  CHECK(findings.indistinct() == 2);
  for (int i = 0; i < 2; ++i) {
    findings.add(kLimit, 1, {{"id", "a"}});
    findings.add(kSpend, 1, {{"id", "a"}});
  }
  CHECK(findings.indistinct() == 3);
}

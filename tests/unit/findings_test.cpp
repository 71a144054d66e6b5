// SPDX-License-Identifier: Apache-2.0
#include "metrics/findings.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

using namespace litellm_exporter;

TEST_CASE("what is unlimited or no number has no series, and no series is there twice") {
  Findings findings;
  findings.add(Gauge::budget_limit, std::nullopt, {{"id", "a"}});
  findings.add(Gauge::budget_limit, INFINITY, {{"id", "b"}});
  findings.add(Gauge::budget_limit, NAN, {{"id", "c"}});
  findings.add(Gauge::budget_limit, 0, {{"id", "d"}});
  findings.add(Gauge::budget_limit, 7, {{"id", "d"}});
  const auto families = std::move(findings).families();
  REQUIRE(families.size() == 1);
  CHECK(families[0].name == "litellm_budget_limit_usd");
  REQUIRE(families[0].metric.size() == 1);
  CHECK(families[0].metric[0].gauge.value == 0);
}

TEST_CASE("families that clients fill end at their limit") {
  Findings findings;
  findings.limit(2);
  for (const char* id : {"a", "b", "c", "d"}) {
    findings.add(Gauge::budget_limit, 1, {{"id", id}});
    findings.add(Gauge::blocked, id[0] < 'c' ? std::optional{1.0} : std::nullopt, {{"id", id}});
  }
  CHECK(findings.left_out() == 2);
  for (const auto& family : std::move(findings).families()) {
    CHECK(family.metric.size() == 2);
  }
}

TEST_CASE("the catalogue has one line of help for each name, and each name once") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kGauges; ++i) {
    const GaugeInfo& about = info(static_cast<Gauge>(i));
    CHECK(names.insert(about.name).second);
    CHECK(about.help.find_first_of("\n\\") == std::string_view::npos);
    CHECK(about.help.ends_with('.'));
  }
}

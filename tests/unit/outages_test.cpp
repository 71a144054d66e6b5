// SPDX-License-Identifier: Apache-2.0
#include "tally/outages.hpp"

#include "web/verdict.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;
using namespace std::chrono_literals;

namespace {

// Requests and faults of two providers, minute by minute.
struct Fixture {
  Outages outages;
  Outages::Providers providers;
  Outages::Time now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 19h + 43min};

  void pass(double requests, double faults, int minutes = 1) {
    for (; minutes > 0; --minutes) {
      providers["anthropic"].requests += requests;
      providers["anthropic"].faults += faults;
      providers["openai"].requests += 100;
      outages.update(providers, now);
      now += 1min;
    }
  }
  std::string verdict() const {
    SelfView view;
    view.collectors.emplace_back().polls = 1;
    view.database_up = true;
    Summary summary;
    summary.outages = outages.current();
    return verdict_of(summary, view).words;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a provider fails when most of its requests do, and from then on") {
  pass(20, 1, 10);
  CHECK(verdict() == "LiteLLM works");
  pass(20, 20, 2);
  CHECK_MESSAGE(verdict() == "LiteLLM works", "most of five minutes succeeded");
  pass(20, 20, 3);
  CHECK(verdict() == "anthropic fails since 19:53 UTC");
}

TEST_CASE_FIXTURE(Fixture,
                  "an outage ends when three in four succeed, or nobody asks for an hour") {
  pass(0, 0);
  pass(20, 20);
  CHECK(verdict() == "anthropic fails since 19:44 UTC");
  SUBCASE("it recovers") {
    pass(20, 10, 5);
    CHECK(verdict() == "anthropic fails since 19:44 UTC");
    pass(20, 1, 5);
    CHECK(verdict() == "LiteLLM works");
  }
  SUBCASE("nobody asks") {
    pass(0, 0, 60);
    CHECK(verdict() == "anthropic fails since 19:44 UTC");
    pass(0, 0, 10);
    CHECK(verdict() == "LiteLLM works");
  }
  SUBCASE("counting begins anew") {
    providers.clear();
    pass(0, 0);
    CHECK(verdict() == "LiteLLM works");
  }
}

TEST_CASE_FIXTURE(Fixture, "a few failures are no outage, and several outages are one line") {
  pass(0, 0);
  pass(9, 9);
  CHECK(verdict() == "LiteLLM works");
  pass(9, 9);
  providers["openai"].faults += 300;
  pass(9, 9);
  CHECK(verdict() == "anthropic, openai fail since 19:44 UTC");
}

TEST_CASE("what clients do wrong is no fault of a provider") {
  SeriesStore store(SeriesStore::Bounds{});
  store.add(Family::requests, {"m", "p", "success"}, 3);
  store.add(Family::requests, {"m", "p", "failure"}, 7);
  store.add(Family::requests, {"m", "unknown", "failure"}, 5);
  store.add(Family::errors, {"m", "p", "BadRequestError", "400"}, 2);
  store.add(Family::errors, {"m", "p", "RateLimitError", "429"}, 1);
  store.add(Family::errors, {"m", "p", "unknown", "unknown"}, 4);
  store.put_on_page(1);
  store.show_fetched(1);
  const Outages::Providers providers = providers_of(store);
  REQUIRE(providers.size() == 1);
  CHECK(providers.at("p").requests == 10);
  CHECK(providers.at("p").faults == 5);
}

// SPDX-License-Identifier: Apache-2.0
#include "metrics/scrapers.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;
using namespace std::chrono_literals;

TEST_CASE("a new series waits for every scraper of the last minutes") {
  Scrapers scrapers;
  const auto now = Scrapers::Clock::now();
  CHECK_MESSAGE(scrapers.fetched_by_all(9, now) == 9, "nobody is there to miss anything");
  scrapers.fetched("a", 5, now);
  CHECK(scrapers.fetched_by_all(9, now) == 5);
  scrapers.fetched("b", 3, now);
  CHECK(scrapers.fetched_by_all(9, now) == 3);
  scrapers.fetched("b", 9, now + 15s);
  CHECK(scrapers.fetched_by_all(9, now + 15s) == 5);
  CHECK_MESSAGE(scrapers.fetched_by_all(12, now + 182s) == 9, "a is gone");
  CHECK_MESSAGE(scrapers.fetched_by_all(12, now + 10min) == 12, "all are gone");
}

TEST_CASE("strangers cannot fill the memory") {
  Scrapers scrapers;
  const auto now = Scrapers::Clock::now();
  for (int i = 0; i < 1000; ++i) {
    scrapers.fetched(std::to_string(i), i == 999 ? 1 : 50, now);
  }
  CHECK(scrapers.fetched_by_all(60, now) == 50);
}

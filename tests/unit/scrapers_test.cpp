// SPDX-License-Identifier: Apache-2.0
#include "tally/scrapers.hpp"

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
}

TEST_CASE("a scraper is gone when it misses several of its own beats") {
  Scrapers scrapers;
  const auto now = Scrapers::Clock::now();
  scrapers.fetched("once", 4, now);
  scrapers.fetched("slow", 3, now);
  scrapers.fetched("slow", 3, now + 60s);
  scrapers.fetched("fast", 2, now + 98s);
  scrapers.fetched("fast", 2, now + 100s);
  CHECK_MESSAGE(scrapers.fetched_by_all(9, now + 129s) == 2, "it may just be restarting");
  CHECK_MESSAGE(scrapers.fetched_by_all(9, now + 131s) == 3, "fast is gone");
  CHECK_MESSAGE(scrapers.fetched_by_all(9, now + 299s) == 3, "slow still has time");
  CHECK_MESSAGE(scrapers.fetched_by_all(9, now + 301s) == 9, "all are gone");
}

TEST_CASE("those who came before a restart are waited for") {
  Scrapers scrapers;
  const auto now = Scrapers::Clock::now();
  scrapers.expect(2, now);
  CHECK(scrapers.fetched_by_all(9, now) == 0);
  scrapers.fetched("a", 8, now + 10s);
  CHECK(scrapers.fetched_by_all(9, now + 10s) == 0);
  CHECK_MESSAGE(scrapers.count() == 2, "another restart waits for both again");
  scrapers.fetched("b", 9, now + 20s);
  CHECK(scrapers.fetched_by_all(9, now + 20s) == 8);
  CHECK_MESSAGE(scrapers.fetched_by_all(9, now + 400s) == 9, "all are gone for good");
  CHECK(scrapers.count() == 0);

  Scrapers lonely;
  lonely.expect(1, now);
  CHECK(lonely.fetched_by_all(9, now + 299s) == 0);
  CHECK_MESSAGE(lonely.fetched_by_all(9, now + 301s) == 9, "it does not come back");
}

TEST_CASE("strangers cannot fill the memory") {
  Scrapers scrapers;
  const auto now = Scrapers::Clock::now();
  for (int i = 0; i < 1000; ++i) {
    scrapers.fetched(std::to_string(i), i == 999 ? 1 : 50, now);
  }
  CHECK(scrapers.fetched_by_all(60, now) == 50);
}

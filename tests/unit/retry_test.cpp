// SPDX-License-Identifier: Apache-2.0
#include "poll/retry.hpp"

#include <doctest/doctest.h>

using litellm_exporter::retry_after;
using namespace std::chrono_literals;

TEST_CASE("what failed is tried again soon, then less and less often") {
  CHECK(retry_after(1, 0ms, 1h) == 30s);
  CHECK(retry_after(2, 0ms, 1h) == 1min);
  CHECK(retry_after(4, 0ms, 1h) == 4min);
  CHECK(retry_after(5, 0ms, 1h) == 5min);
  CHECK(retry_after(~std::uint64_t{0}, 0ms, 1h) == 5min);
}

TEST_CASE("but no later than it would be polled anyway") {
  CHECK(retry_after(1, 0ms, 15s) == 15s);
  CHECK(retry_after(9, 1min, 2min) == 2min);
}

TEST_CASE("polls that time out take at most a tenth of the time") {
  CHECK(retry_after(1, 1min, 1h) == 10min);
  CHECK(retry_after(1, 10min, 1h) == 1h);
}

// SPDX-License-Identifier: Apache-2.0
#include "counting/counting.hpp"
#include "counting_fixture.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

TEST_CASE_FIXTURE(CountingFixture, "a failure of the ledger is an error once its code is known") {
  ErrorCodes codes;
  codes.read({});
  Counting counting(config, directory, store, levels, &codes);
  Row failed = row("m", false);
  failed.group = "m";
  failed.exception_class = failed.status_code = "unknown";
  counting.count_unlogged(failed, 0);
  counting.fail_without_code(failed, 3);
  CHECK(value(Family::requests, {"m", "p", "failure"}) == 1);
  CHECK(!counting.settle_codes());
  CHECK(sum(Family::errors) == 0);
  codes.add("m", "400", 2);
  codes.add("m", "499", 1);
  CHECK(counting.settle_codes());
  CHECK(value(Family::errors, {"m", "p", "unknown", "400"}) == 2);
  CHECK(value(Family::errors, {"m", "p", "unknown", "499"}) == 1);
  CHECK(value(Family::client_disconnects, {"m", "p"}) == 1);
  codes.unreadable();
  CHECK(counting.settle_codes());
  CHECK(value(Family::errors, {"m", "p", "unknown", "unknown"}) == 1);
  counting.fail_without_code(failed, 2);
  CHECK(value(Family::errors, {"m", "p", "unknown", "unknown"}) == 3);
  CHECK(value(Family::requests, {"m", "p", "failure"}) == 1);
}

TEST_CASE_FIXTURE(CountingFixture, "a failure of the log takes its code out of the sums") {
  ErrorCodes codes;
  codes.read({});
  Counting counting(config, directory, store, levels, &codes);
  Row failed = row("shown", false);
  failed.group = "summed";
  failed.own_code = "unknown";
  counting.count(failed, 0, false);
  failed.kind = Row::Kind::internal_call;
  counting.count(failed, 0, false);
  counting.count_unlogged(failed, 0);
  failed.kind = Row::Kind::request;
  codes.add("summed", "unknown", 1);
  codes.add("summed", "429", 1);
  counting.count_unlogged(failed, 0);
  CHECK(counting.settle_codes());
  CHECK(value(Family::errors, {"shown", "p", "Timeout", "408"}) == 1);
  CHECK(value(Family::errors, {"shown", "p", "unknown", "429"}) == 1);
  CHECK(codes.groups().empty());
}

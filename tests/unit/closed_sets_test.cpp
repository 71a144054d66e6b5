// SPDX-License-Identifier: Apache-2.0
#include "names/closed_sets.hpp"

#include <doctest/doctest.h>

using namespace litellm_exporter;

TEST_CASE("exception classes come from a closed list") {
  CHECK(exception_class("RateLimitError") == "RateLimitError");
  CHECK(exception_class("litellm.exceptions.Timeout") == "Timeout");
  for (const char* name : {"ReadTimeout", "ConnectTimeout", "PoolTimeout", "WriteTimeout",
                           "GatewayTimeoutError", "ClientDisconnect", "ClientDisconnected"}) {
    CHECK(exception_class(name) == name);
  }
  CHECK(exception_class("httpx.ReadTimeout") == "ReadTimeout");
  CHECK(exception_class("MadeUpByAClient") == "other");
  CHECK(exception_class("") == "unknown");
  CHECK(exception_class("litellm.") == "unknown");
}

TEST_CASE("status codes have three digits") {
  CHECK(status_code("429") == "429");
  CHECK(status_code("599") == "599");
  for (const char* wrong : {"", "42", "4290", "099", "600", "4x9", "None"}) {
    CHECK_MESSAGE(status_code(wrong) == "unknown", wrong);
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "names/closed_sets.hpp"

#include "names/api_host.hpp"
#include "names/call_type.hpp"

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
  CHECK(status_code("429", "") == "429");
  CHECK(status_code("599", "BadRequestError") == "599");
  for (const char* wrong : {"", "42", "4290", "099", "600", "4x9", "None"}) {
    CHECK_MESSAGE(status_code(wrong, "") == "unknown", wrong);
  }
}

TEST_CASE("what is no status code is told by the class") {
  CHECK(status_code("content_policy_violation", "litellm.BadRequestError") == "400");
  CHECK(status_code("insufficient_quota", "RateLimitError") == "429");
  CHECK(status_code("", "BudgetExceededError") == "400");
  CHECK(status_code("", "ProxyException") == "401");
  CHECK(status_code("", "ClientDisconnected") == "499");
  CHECK(status_code("", "httpx.ReadTimeout") == "500");
  CHECK_MESSAGE(status_code("", "HTTPException") == "unknown", "it may be any");
  CHECK(status_code("", "MadeUpByAClient") == "unknown");
}

TEST_CASE("kinds of calls come from a closed list") {
  CHECK(call_type("acompletion") == "acompletion");
  CHECK(call_type("_arealtime") == "_arealtime");
  CHECK(call_type("pass_through_endpoint") == "pass_through_endpoint");
  CHECK(call_type("made up") == "other");
  CHECK(call_type("acompletio") == "other");
  CHECK(call_type("") == "unknown");
  CHECK(call_type("IGNORE_THIS") == "unknown");
  CHECK(internal_origin("shadow_eval_judge") == "shadow_eval_judge");
  CHECK(internal_origin("new feature") == "other");
  CHECK(internal_origin("").empty());
  CHECK(service_tier("flex") == "flex");
  CHECK(service_tier("first class") == "other");
}

TEST_CASE("of an API's address only the host is kept") {
  CHECK(api_host("https://api.openai.com/v1/") == "api.openai.com");
  CHECK(api_host("https://API.openai.com") == "api.openai.com");
  CHECK(api_host("http://[::1]:8080/v1?key=secret") == "[::1]:8080");
  CHECK(api_host("https://user:secret@host.example/path") == "host.example");
  CHECK(api_host("https://user:se@cret@host.example?key=secret") == "host.example");
  CHECK(api_host("https://host.example#secret") == "host.example");
  for (const char* wrong :
       {"", "secret", "api.openai.com/v1", "https://", "https://ho st/", "https://host\"x/",
        "https://"
        "h\xc3\xb6st/"}) {
    CHECK_MESSAGE(api_host(wrong).empty(), wrong);
  }
  CHECK(api_host("https://" + std::string(300, 'x') + "/").empty());
}

// SPDX-License-Identifier: Apache-2.0
#include "names/closed_sets.hpp"

#include <doctest/doctest.h>

#include <string>

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

TEST_CASE("only hashes and LiteLLM's own principals are key names") {
  const std::string hash(64, 'a');
  CHECK(key_name(hash).name == hash);
  CHECK(key_name(hash).is_hash);
  CHECK(key_name("litellm_proxy_master_key").name == "litellm_proxy_master_key");
  CHECK(!key_name("litellm_proxy_master_key").is_hash);
  CHECK(key_name("hashed-jwt-" + hash).name == "hashed-jwt");
  CHECK(key_name("cli-session-whatever").name == "cli-session");
  for (const std::string& raw :
       {std::string{}, std::string{"sk-1234"}, std::string(64, 'A'), std::string(63, 'a'),
        std::string(65, 'a'), std::string(64, 'g'), std::string{"hashed-jwt-raw"},
        "litellm_proxy_master_key" + hash}) {
    CHECK_MESSAGE(key_name(raw).name.empty(), raw);
    CHECK(!key_name(raw).is_hash);
  }
}

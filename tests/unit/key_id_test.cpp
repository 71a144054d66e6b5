// SPDX-License-Identifier: Apache-2.0
#include "names/key_id.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace litellm_exporter;

TEST_CASE("a token that is no hash is shown as its hash") {
  const std::string hash = "08bbe4b5e7c8c8d1ff3d0ed8fd7bd4f1a5f0b0d3fd7ab0a2b5f8b2fd31c9c1d2";
  CHECK(key_id(hash) == hash);
  CHECK(key_id("litellm_proxy_master_key") == "litellm_proxy_master_key");
  // As `printf abc | sha256sum` says.
  CHECK(key_id("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // Two sessions stay two.
  CHECK(key_id("cli-session-a").size() == 64);
  CHECK(key_id("cli-session-a") != key_id("cli-session-b"));
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

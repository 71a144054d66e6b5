// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// What may be shown of a key. LiteLLM stores the SHA-256 of a key, but before v1.99 it stored one
// that does not start with sk- as it is, and in a row of the spend log there may be anything. Pure.
namespace litellm_exporter {

// What the api_key of a row may be called.
struct KeyName {
  // Empty: none, or a text of unknown shape, which may be a raw credential.
  std::string name;
  // A SHA-256 as LiteLLM stores it; anybody can make one up by sending a wrong key.
  bool is_hash = false;
};
KeyName key_name(std::string_view api_key);

// A token of LiteLLM_VerificationToken as an id: itself if it is a hash or one of LiteLLM's
// principals, else its SHA-256, which is what a newer LiteLLM makes of the key.
std::string key_id(std::string_view token);

}  // namespace litellm_exporter

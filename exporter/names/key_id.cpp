// SPDX-License-Identifier: Apache-2.0
#include "names/key_id.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace litellm_exporter {
namespace {

constexpr std::array kPrincipals =
    std::to_array<std::string_view>({"litellm_proxy_master_key", "litellm-internal-health-check",
                                     "litellm-cli", "litellm_internal_jobs"});

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

KeyName key_name(std::string_view api_key) {
  if (is_hash(api_key)) {
    return {std::string{api_key}, true};
  }
  // One principal for all: a JWT has a new hash at every login, and what follows cli-session- was
  // a credential in some versions and is a user id in others.
  if (api_key.starts_with("hashed-jwt-") && is_hash(api_key.substr(11))) {
    return {"hashed-jwt", false};
  }
  if (api_key.starts_with("cli-session-")) {
    return {"cli-session", false};
  }
  const bool known = std::ranges::find(kPrincipals, api_key) != kPrincipals.end();
  return {std::string{known ? api_key : ""}, false};
}

std::string key_id(std::string_view token) {
  if (key_name(token).name == token) {
    return std::string{token};
  }
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += fmt::format("{:02x}", byte);
  }
  return hex;
}

}  // namespace litellm_exporter

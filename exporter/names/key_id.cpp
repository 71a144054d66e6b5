// SPDX-License-Identifier: Apache-2.0
#include "names/key_id.hpp"

#include "names/closed_sets.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>

namespace litellm_exporter {

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

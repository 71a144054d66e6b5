// SPDX-License-Identifier: Apache-2.0
#include "web/script_hash.hpp"

#include <openssl/evp.h>

#include <array>

namespace litellm_exporter {

std::string script_hash(std::string_view script) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(script.data(), script.size(), digest.data(), &length, EVP_sha256(), nullptr);
  // Four characters for three bytes, and a zero.
  std::array<unsigned char, 4 * ((EVP_MAX_MD_SIZE + 2) / 3) + 1> text{};
  const int written = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(length));
  return "sha256-" + std::string(text.begin(), text.begin() + written);
}

}  // namespace litellm_exporter

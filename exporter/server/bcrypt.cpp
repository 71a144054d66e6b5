// SPDX-License-Identifier: Apache-2.0
#include "server/bcrypt.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <memory>
#include <optional>

#include <crypt.h>

namespace litellm_exporter {
namespace {

// 22 characters of salt and 31 of the hash itself.
constexpr std::size_t kTail = 53;

struct Parts {
  int cost = 0;
  std::string_view tail;
};

// $2$10$..., $2b$10$...
std::optional<Parts> parts_of(std::string_view hash) {
  constexpr std::size_t kShortest = 59;
  if (hash.size() < kShortest || hash[0] != '$' || static_cast<unsigned char>(hash[1]) > '2') {
    return std::nullopt;
  }
  const std::size_t cost_at = hash[2] == '$' ? 3 : 4;
  const std::string_view digits = hash.substr(cost_at, 2);
  const auto cost = digits.find_first_not_of("0123456789") == std::string_view::npos
                        ? parse_number(digits)
                        : std::nullopt;
  if (!cost || *cost < 4 || *cost > 31) {
    return std::nullopt;
  }
  constexpr std::size_t kCostAndDollar = 3;
  return Parts{static_cast<int>(*cost), hash.substr(cost_at + kCostAndDollar).substr(0, kTail)};
}

}  // namespace

bool is_bcrypt(std::string_view hash) { return parts_of(hash).has_value(); }

int bcrypt_cost(std::string_view hash) { return parts_of(hash).value_or(Parts{}).cost; }

bool matches_bcrypt(const std::string& password, std::string_view hash) {
  const auto parts = parts_of(hash);
  if (!parts) {
    return false;
  }
  const std::string usual = fmt::format("$2b${:02}${}", parts->cost, parts->tail);
  const auto data = std::make_unique<crypt_data>();
  const char* computed = ::crypt_r(password.c_str(), usual.c_str(), data.get());
  return computed != nullptr && usual.size() == std::string_view{computed}.size() &&
         CRYPTO_memcmp(computed, usual.data(), usual.size()) == 0;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "server/basic_auth.hpp"

#include "server/bcrypt.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace litellm_exporter {
namespace {

constexpr std::size_t kMostKnown = 100;

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) {
    return std::nullopt;
  }
  std::string plain(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(plain.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) {
    return std::nullopt;
  }
  // The library counts the padding as data.
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  plain.resize(static_cast<std::size_t>(length) - padding);
  return plain;
}

struct Credentials {
  std::string user;
  std::string password;
};

// Nothing where the header is not what a browser or Prometheus sends.
std::optional<Credentials> read_header(std::string_view header) {
  constexpr std::string_view kScheme = "basic ";
  const bool basic =
      header.size() > kScheme.size() &&
      std::equal(kScheme.begin(), kScheme.end(), header.begin(), [](char want, char is) {
        return want == (is >= 'A' && is <= 'Z' ? is + 32 : is);
      });
  const auto plain = basic ? decode_base64(header.substr(kScheme.size())) : std::nullopt;
  const std::size_t colon = plain ? plain->find(':') : std::string::npos;
  // bcrypt would stop at a NUL and take what is before it for the whole password.
  if (colon == std::string::npos || plain->find('\0') != std::string::npos) {
    return std::nullopt;
  }
  return Credentials{plain->substr(0, colon), plain->substr(colon + 1)};
}

const Secret& dearest(const std::map<std::string, Secret>& users) {
  const auto cost = [](const auto& user) { return bcrypt_cost(user.second.reveal()); };
  return std::max_element(users.begin(), users.end(),
                          [&](const auto& a, const auto& b) { return cost(a) < cost(b); })
      ->second;
}

std::array<unsigned char, 32> digest_of(const std::string& user, const std::string& hash,
                                        const std::string& password) {
  std::string text;
  for (const std::string* part : {&user, &hash, &password}) {
    // The length before it keeps a part from posing as the end of another.
    text += std::to_string(part->size()) + ":" + *part;
  }
  std::array<unsigned char, 32> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

}  // namespace

Login BasicAuth::check(const std::string& header, const std::map<std::string, Secret>& users,
                       const std::string& client) {
  if (header.empty()) {
    return Login::none;
  }
  const auto header_says = read_header(header);
  const Credentials given = header_says.value_or(Credentials{});
  const auto user = header_says ? users.find(given.user) : users.end();
  const std::string& hash = (user == users.end() ? dearest(users) : user->second).reveal();
  const Digest digest = digest_of(given.user, hash, given.password);
  if (user != users.end()) {
    const std::lock_guard lock(known_mutex_);
    if (known_.contains(digest)) {
      return Login::good;
    }
  }
  {
    const auto turn = bcrypt_.wait(client);
    if (!turn) {
      return Login::too_many;
    }
    if (!matches_bcrypt(given.password, hash) || user == users.end()) {
      return Login::bad;
    }
  }
  const std::lock_guard lock(known_mutex_);
  if (known_.size() >= kMostKnown) {
    known_.clear();
  }
  known_.insert(digest);
  return Login::good;
}

}  // namespace litellm_exporter

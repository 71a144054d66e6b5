// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.hpp"
#include "server/turns.hpp"

#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace litellm_exporter {

enum class Login {
  good,
  bad,
  too_many,  // others wait for a check already; not looked at
  none,      // nobody logs in
};

// Checks passwords against bcrypt hashes. A user who does not exist costs a check of the dearest
// hash, so that the time of a refusal tells nobody who exists (unless the hashes differ in cost);
// one check runs at a time, so that guessing takes one core at most, and they take turns, so that
// guessing keeps nobody out. May be used from any thread.
class BasicAuth {
 public:
  // Judges an Authorization header, perhaps empty, by names and bcrypt hashes. `client` is its
  // address.
  Login check(const std::string& header, const std::map<std::string, Secret>& users,
              const std::string& client);

 private:
  // A digest of user, hash and password: memory holds nothing that could be used elsewhere, and a
  // changed hash makes the old password unknown at once.
  using Digest = std::array<unsigned char, 32>;

  // Leaves some of all connections to clients whose login is known. A check takes about a tenth of
  // a second.
  Turns bcrypt_{{.most = 24, .most_of_one = 12, .patience = std::chrono::seconds(4)}};
  std::mutex known_mutex_;
  // Logins that were right before; Prometheus comes every few seconds.
  std::set<Digest> known_;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "server/ask_self.hpp"

#include "server/own_url.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <chrono>

namespace litellm_exporter {
namespace {

constexpr std::chrono::seconds kTimeout{2};

// What came of one try, and whether it is worth the other one.
struct Try {
  SelfAnswer answer;
  // Broken off at once, as who speaks TLS does with plain HTTP.
  bool broken_off = false;
};

Try ask(const Address& address, bool tls) {
  const std::string url = own_url(address, tls);
  httplib::Client client(url);
  client.set_connection_timeout(kTimeout);
  client.set_read_timeout(kTimeout);
  // It talks to itself: whose certificate that is does not matter.
  client.enable_server_certificate_verification(false);
  const auto begin = std::chrono::steady_clock::now();
  const httplib::Result result = client.Get("/-/healthy");
  const bool in_time = std::chrono::steady_clock::now() - begin < kTimeout;
  Try made;
  SelfAnswer& answer = made.answer;
  if (result) {
    answer.serves = result->status == 200 || result->status == 401 || result->status == 429;
    answer.shown = fmt::format("{}: answers {}", url, result->status);
  } else {
    using httplib::Error;
    const bool reached =
        result.error() != Error::Connection && result.error() != Error::ConnectionTimeout;
    made.broken_off = reached && in_time;
    answer.refuses = tls && made.broken_off;
    answer.shown = fmt::format("{}: no answer: {}", url, httplib::to_string(result.error()));
  }
  return made;
}

}  // namespace

SelfAnswer ask_self(const Address& address) {
  const Try plain = ask(address, false);
  return plain.broken_off ? ask(address, true).answer : plain.answer;
}

}  // namespace litellm_exporter

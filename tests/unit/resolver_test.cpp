// SPDX-License-Identifier: Apache-2.0
#include "net/resolver.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>

using namespace litellm_exporter;

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using Addresses = std::vector<std::string>;

Resolver::Clock::time_point from_now(milliseconds time) { return Resolver::Clock::now() + time; }

}  // namespace

TEST_CASE("an address needs no resolver") {
  const auto past = from_now(milliseconds(-1));
  CHECK(resolve("127.0.0.1", past, {})->addresses == Addresses{"127.0.0.1"});
  CHECK(resolve("::1", past, {})->addresses == Addresses{"::1"});
}

TEST_CASE("a resolver that is silent is left alone in time, and answers whoever asks next") {
  std::promise<void> release;
  std::atomic<int> questions{0};
  Resolver resolver([&, released = release.get_future().share()](const std::string& host) {
    ++questions;
    released.wait();
    return Resolver::Answer{{"192.0.2.1", host}, {}};
  });
  CHECK(!resolver.ask("proxy", from_now(milliseconds(20)), {}));
  std::stop_source stop;
  stop.request_stop();
  CHECK(!resolver.ask("proxy", from_now(hours(1)), stop.get_token()));
  auto next =
      std::async(std::launch::async, [&] { return resolver.ask("proxy", from_now(hours(1)), {}); });
  release.set_value();
  CHECK(next.get()->addresses == Addresses{"192.0.2.1", "proxy"});
  CHECK(resolver.ask("other", from_now(hours(1)), {})->addresses ==
        Addresses{"192.0.2.1", "other"});
  CHECK(questions >= 2);
  CHECK(questions <= 3);
}

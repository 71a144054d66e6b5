// SPDX-License-Identifier: Apache-2.0
#include "server/connections.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

using namespace litellm_exporter;

namespace {

// A client and the socket that the server has of it.
struct Client {
  Client() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0); }
  ~Client() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool sent_away() const {
    char byte = 0;
    return ::recv(ends[1], &byte, 1, MSG_DONTWAIT) == 0;
  }

  std::array<int, 2> ends{};
};

// Whether the quick one and the slow one were sent away for a third; none of both if the machine
// was too busy to tell.
std::array<bool, 2> make_room(std::size_t taken) {
  Refusals refusals;
  Connections connections(refusals);
  const Client quick;
  const Client slow;
  connections.reserve(2);
  connections.reserve(2);
  std::array<bool, 2> away{};
  {
    Connections::Place quick_place(connections, quick.ends[0]);
    Connections::Place slow_place(connections, slow.ends[0]);
    quick_place.waits_for_client(true);
    slow_place.waits_for_client(true);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    quick_place.took(taken);
    std::jthread third([&] { connections.reserve(2); });
    while (!quick.sent_away() && !slow.sent_away()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    away = {quick.sent_away(), slow.sent_away()};
    connections.release();
  }
  return away[0] && away[1] ? std::array<bool, 2>{} : away;
}

std::array<bool, 2> who_makes_room(std::size_t taken) {
  std::array<bool, 2> away{};
  while (!away[0] && !away[1]) {
    away = make_room(taken);
  }
  return away;
}

}  // namespace

TEST_CASE("in a crowd the client that has waited longest makes room") {
  CHECK(who_makes_room(0) == std::array{true, false});
}

TEST_CASE("one that takes its answer at a fair pace stays") {
  CHECK(who_makes_room(std::size_t{1} << 20) == std::array{false, true});
}

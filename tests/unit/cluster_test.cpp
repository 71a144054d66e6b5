// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "cluster/message.hpp"
#include "cluster/standing.hpp"
#include "net/listening.hpp"
#include "poll/status.hpp"
#include "scratch_directory.hpp"
#include "series/store.hpp"
#include "state/codec.hpp"
#include "state/keeper.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace litellm_exporter;
using Clock = Standing::Clock;

namespace {

std::string all_of(const StateFeed::Piece& piece) {
  std::string bytes;
  for (std::string part = piece.at(0, 100); !part.empty(); part = piece.at(bytes.size(), 100)) {
    bytes += part;
  }
  CHECK(bytes.size() == piece.size());
  return bytes;
}

double requests_in(const State& state) {
  double sum = 0;
  for (const auto& [key, series] : state.series.series(Family::requests)) {
    sum += series.value;
  }
  return sum;
}

// An exporter that counts, and one that copies it.
struct Two {
  ScratchDirectory a;
  ScratchDirectory b;
  StateKeeper active{a.path()};
  StateKeeper standby{b.path()};
  State state = active.load(SeriesStore::Bounds{}).state;

  Two() { static_cast<void>(standby.load(SeriesStore::Bounds{})); }

  void count(std::string_view model, double amount) {
    state.series.add(Family::requests, {model, "p", "success"}, amount);
    state.cursor.polled_at += 1'000;
    active.save(state);
  }
  StateFeed::Piece news() const { return active.feed().since(standby.copied()); }
};

}  // namespace

TEST_CASE("counters may be shown by lease or by promise, and only while active") {
  Standing standing;
  const auto now = Clock::now();
  CHECK_FALSE(standing.is_active(now));
  standing.set_role(Role::active);
  CHECK_FALSE(standing.is_active(now));
  standing.lease_until(now + kLease);
  CHECK(standing.is_active(now));
  CHECK(standing.is_leased(now));
  CHECK_FALSE(standing.is_active(now + kLease));
  standing.trust_until(now + 2 * kLease);
  CHECK(standing.is_active(now + kLease));
  CHECK_FALSE(standing.is_leased(now + kLease));
  CHECK_FALSE(standing.is_active(now + 2 * kLease));
  standing.set_role(Role::standby);
  CHECK_FALSE(standing.is_active(now));
  standing.set_role(Role::active);
  CHECK_FALSE(standing.is_active(now));
}

TEST_CASE("only who stands by promises, and keeps it until the other one resigns") {
  Standing standing;
  const auto now = Clock::now();
  CHECK(standing.promise("a", now));
  CHECK(standing.promised_until() == now + kLease);
  standing.resigned("b");
  CHECK(standing.promised_until() == now + kLease);
  standing.resigned("a");
  CHECK(standing.promised_until() < now);
  for (const Role role : {Role::taking_over, Role::active}) {
    standing.set_role(role);
    CHECK_FALSE(standing.promise("a", now));
  }
}

TEST_CASE("who waits is woken when a peer resigns") {
  Standing standing;
  standing.resigned("a");
  const auto begin = Clock::now();
  standing.wait(std::chrono::hours(1), {});
  CHECK(Clock::now() - begin < std::chrono::minutes(1));
}

TEST_CASE("what peers tell each other comes back as it was, and nothing else is taken for it") {
  const PeerState state{"id", Role::taking_over, true, false, true, 1'700'000'000'000'000};
  const auto read = parse_peer_state(to_json(state));
  REQUIRE(read);
  CHECK(read->id == "id");
  CHECK(read->role == Role::taking_over);
  CHECK(read->leased);
  CHECK_FALSE(read->promised);
  CHECK(read->saved);
  CHECK(read->polled_at == state.polled_at);
  for (
      const char* other :
      {"", "[]", "{}", "null", "<html>", R"({"id":1,"role":"active"})",
       R"({"id":"a","role":"king","leased":true,"promised":true,"saved":true,"polled_at":1})",
       R"({"id":"a","role":"active","leased":"yes","promised":true,"saved":true,"polled_at":1})",
       R"({"id":"a","role":"active","leased":true,"promised":true,"saved":true,"polled_at":1e99})"}) {
    CHECK_FALSE(parse_peer_state(other));
  }
}

TEST_CASE("a copy is what was saved, and goes on record by record") {
  Two two;
  CHECK_FALSE(two.news().file);
  two.count("m", 5);
  two.standby.copy(all_of(two.news()));
  const std::uint64_t first = two.standby.copied().end;
  two.count("m", 2);
  two.count("n", 1);
  CHECK(two.news().begin == first);
  two.standby.copy(all_of(two.news()));
  // Nothing new.
  two.standby.copy(all_of(two.news()));
  CHECK(two.standby.polled_at() == two.active.polled_at());
  CHECK(two.standby.polled_at() == 3'000);
  const State copy = two.standby.load(SeriesStore::Bounds{}).state;
  CHECK(requests_in(copy) == 8);
  CHECK(copy.cursor.polled_at == 3'000);
  CHECK(read_file(two.a.path() + "/state", 1 << 20) == read_file(two.b.path() + "/state", 1 << 20));
}

TEST_CASE("another file is copied as a whole, also by one that had a state of its own") {
  Two two;
  State own = two.standby.load(SeriesStore::Bounds{}).state;
  own.series.add(Family::requests, {"own", "p", "success"}, 9);
  two.standby.save(own);
  two.count("m", 5);
  two.standby.copy(all_of(two.news()));
  CHECK(requests_in(two.standby.load(SeriesStore::Bounds{}).state) == 5);
  CHECK(std::filesystem::exists(two.b.path() + "/state.before"));
  // The active one was started anew.
  const std::string before = two.standby.copied().file_id;
  static_cast<void>(two.active.load(SeriesStore::Bounds{}));
  two.count("m", 1);
  CHECK(two.news().file_id != before);
  two.standby.copy(all_of(two.news()));
  CHECK(requests_in(two.standby.load(SeriesStore::Bounds{}).state) == 6);
}

TEST_CASE("a copy that is damaged changes nothing, and the next one is whole") {
  Two two;
  two.count("m", 5);
  two.standby.copy(all_of(two.news()));
  two.count("m", 2);
  const std::string good = all_of(two.news());
  for (std::size_t size = 0; size < good.size(); ++size) {
    INFO(size);
    CHECK_THROWS_AS(two.standby.copy(good.substr(0, size)), const DecodeError&);
    CHECK(two.standby.copied().file_id.empty());
  }
  std::string flipped = good;
  flipped.back() ^= 1;
  CHECK_THROWS_AS(two.standby.copy(flipped), const DecodeError&);
  CHECK(requests_in(two.standby.load(SeriesStore::Bounds{}).state) == 5);
  two.standby.copy(all_of(two.news()));
  CHECK(requests_in(two.standby.load(SeriesStore::Bounds{}).state) == 7);
}

TEST_CASE("a copy of a version that added something changes nothing") {
  Two two;
  two.count("m", 5);
  two.standby.copy(all_of(two.news()));
  const ScratchDirectory later;
  Journal journal(later.path());
  Encoder addition;
  addition.text("later");
  addition.text("anything");
  journal.replace(encode_all(two.state) + addition.bytes());
  CHECK_THROWS_AS(two.standby.copy(all_of(journal.feed().since({}))), const DecodeError&);
  CHECK(requests_in(two.standby.load(SeriesStore::Bounds{}).state) == 5);
}

TEST_CASE("what was here before the first copy is kept, also after further starts") {
  const ScratchDirectory home;
  {
    StateKeeper own(home.path());
    State state = own.load(SeriesStore::Bounds{}).state;
    state.series.add(Family::requests, {"own", "p", "success"}, 9);
    own.save(state);
  }
  const std::string before = read_file(home.path() + "/state", 1 << 20);
  for (int start = 0; start < 2; ++start) {
    Two two;
    two.count("m", 1);
    StateKeeper standby(home.path());
    CHECK_FALSE(standby.load(SeriesStore::Bounds{}).damage);
    CHECK_FALSE(standby.empty());
    standby.copy(all_of(two.active.feed().since({})));
  }
  CHECK(read_file(home.path() + "/state.before", 1 << 20) == before);
}

TEST_CASE("a piece outlives the file that it is of") {
  Two two;
  two.count("m", 5);
  const StateFeed::Piece piece = two.news();
  std::filesystem::remove(two.a.path() + "/state");
  two.count("m", 2);
  two.standby.copy(all_of(piece));
  CHECK(requests_in(two.standby.load(SeriesStore::Bounds{}).state) == 5);
}

TEST_CASE("nobody listens, or somebody does") {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const int port = ntohs(address.sin_port);
  CHECK(refuses_connections("127.0.0.1", port, std::chrono::seconds(30), {}));
  REQUIRE(::listen(socket, 1) == 0);
  CHECK_FALSE(refuses_connections("127.0.0.1", port, std::chrono::seconds(30), {}));
  ::close(socket);
  CHECK_FALSE(refuses_connections("no.such.host.invalid", 1, std::chrono::seconds(30), {}));
}

TEST_CASE("all has been counted once every collector of counters succeeded or cannot") {
  StatusBoard board;
  board.add("a", std::chrono::seconds(1), true, true);
  board.add("b", std::chrono::seconds(1), true, true);
  board.add("c", std::chrono::seconds(1), true, false);
  CHECK_FALSE(board.caught_up());
  board.succeeded("a", 0);
  CHECK_FALSE(board.caught_up());
  board.failed("b", 0, PollError(Reason::connect, "away"));
  CHECK_FALSE(board.caught_up());
  board.succeeded("b", 0);
  CHECK(board.caught_up());
  board.failed("b", 0, PollError(Reason::connect, "away"));
  CHECK(board.caught_up());
  StatusBoard denied;
  denied.add("a", std::chrono::seconds(1), true, true);
  denied.failed("a", 0, PollError(Reason::permission, "no"));
  CHECK(denied.caught_up());
}

// SPDX-License-Identifier: Apache-2.0
#include "cluster/lease.hpp"

#include "base/log.hpp"
#include "poll/error.hpp"

#include <zlib.h>

#include <utility>

namespace litellm_exporter {
namespace {

// A lease outlives several attempts that are not answered.
constexpr Milliseconds kTimeout{2'000};
// In the upper half of the key: locks of other programs have others.
constexpr std::int64_t kOurs = 0x4C6C6D45;

std::int64_t key_of(const std::string& schema) {
  const auto* bytes = reinterpret_cast<const Bytef*>(schema.data());
  return (kOurs << 32) | static_cast<std::int64_t>(crc32_z(0, bytes, schema.size()));
}

}  // namespace

Lease::Lease(postgres::Database database, const std::string& schema)
    : database_(std::move(database)), key_(key_of(schema)) {}

Lease::Outcome Lease::renew(const std::stop_token& stop) {
  const auto asked = Standing::Clock::now();
  try {
    bool held = false;
    database_.with_session(
        stop, [&](postgres::Session& session) { held = session.lock(key_, kLease, kTimeout); });
    said_ = false;
    // From the question on: the server begins to count later.
    until_ = held ? asked + kLease : Standing::Clock::time_point{};
    return held ? Outcome::held : Outcome::taken;
  } catch (const PollError& e) {
    if (!stop.stop_requested() && !std::exchange(said_, true)) {
      log::warn("the database gives no lease; trying again", {{"err", e.what()}});
    }
    until_ = {};
    return Outcome::unanswered;
  }
}

void Lease::look(const std::stop_token& stop) {
  try {
    database_.with_session(
        stop, [](postgres::Session& session) { session.in_snapshot([](postgres::Snapshot&) {}); });
  } catch (const PollError&) {
    // Whoever counts says it.
  }
}

void Lease::release(const std::stop_token& stop) {
  if (std::exchange(until_, {}) == Standing::Clock::time_point{}) {
    return;
  }
  try {
    database_.with_session(stop, [](postgres::Session& session) { session.unlock(kTimeout); });
  } catch (const PollError&) {
    // The session is gone, and the lock with it.
  }
}

}  // namespace litellm_exporter

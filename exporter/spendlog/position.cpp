// SPDX-License-Identifier: Apache-2.0
#include "spendlog/position.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>

namespace litellm_exporter {

bool same_cluster(const std::string& one, const std::string& other) {
  const std::size_t a = one.find('/');
  const std::size_t b = other.find('/');
  if (a == std::string::npos || b == std::string::npos) {
    return one == other;
  }
  const bool told = a > 0 && b > 0;
  return one.substr(a) == other.substr(b) && (!told || one == other);
}

std::string inserted_since(Xid horizon, const Position& position) {
  // Half the circle, less room for the transactions that begin while the statement runs.
  constexpr Xid kComparable = (Xid{1} << 31) - 100'000'000;
  constexpr Xid kFirstNormal = 3;
  if (horizon == 0 || (position.next > horizon && position.next - horizon > kComparable)) {
    return "true";
  }
  const Xid wrapped = std::max(horizon & 0xFFFF'FFFF, kFirstNormal);
  return fmt::format("age(xmin) <= age('{}'::xid)", wrapped);
}

std::string timestamp_literal(Micros time) {
  constexpr Micros kSecond = 1'000'000;
  const Micros fraction = ((time % kSecond) + kSecond) % kSecond;
  const std::time_t seconds = (time - fraction) / kSecond;
  return fmt::format("'{:%Y-%m-%d %H:%M:%S}.{:06}'", fmt::gmtime(seconds), fraction);
}

}  // namespace litellm_exporter

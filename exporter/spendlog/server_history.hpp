// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/position.hpp"

#include <cstdint>
#include <string>

namespace litellm_exporter {

// Which servers have told what is remembered, for sums that must not be read of one that lags
// behind another. Plain data, saved with what it is about.
struct ServerHistory {
  // What a server is to those before it.
  enum class Found : std::uint8_t {
    same,    // the same history, at least as far
    behind,  // a standby that does not show all of it yet
    other,   // another database
  };

  // System identifier, database and schema; empty until a server was asked.
  std::string cluster;
  std::uint32_t timeline = 0;
  // The newest transaction id that one has shown.
  std::uint64_t newest = 0;

  // A primary lags behind nobody: with fewer ids than before it was restored. Transaction ids
  // compare standbys within one timeline.
  Found compare(const Identity& identity, const Position& position) const;
  // The server's answers are taken in.
  void follow(const Identity& identity, const Position& position);
};

}  // namespace litellm_exporter

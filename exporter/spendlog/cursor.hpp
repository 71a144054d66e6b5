// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/horizons.hpp"

#include <cstdint>
#include <string>

namespace litellm_exporter {

// How far the spend log has been read. Together with SeenIds this decides what counts as new.
struct Cursor {
  // System identifier, database and schema; empty before the first baseline.
  std::string cluster;
  // PostgreSQL's timeline: a new one means that history was forked by a failover or a restore.
  std::uint32_t timeline = 0;
  // The highest horizon seen; a database that is behind it is not where we left it.
  Xid newest = 0;
  Horizons horizons;
  // Rows that started before this are never read again.
  Micros floor = 0;
  // When the last poll and the last sweep succeeded, by the database's clock.
  Micros polled_at = 0;
  Micros swept_at = 0;

  bool started() const noexcept { return !cluster.empty(); }
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/horizons.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace litellm_exporter {

// How far the spend log has been read. Together with SeenIds this decides what counts as new.
struct Cursor {
  // Identity::cluster; empty before the first baseline.
  std::string cluster;
  // The starts of the server processes whose rows the horizons are about: one, or several behind an
  // address that stands for some replicas. Another one may have come out of a crash or a copy.
  std::set<std::string> servers;
  // The table and its partitions, by oid: rows of one that is attached become visible with old
  // transaction ids.
  std::set<std::uint32_t> tables;
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

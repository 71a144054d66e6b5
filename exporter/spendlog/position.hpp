// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/horizons.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace litellm_exporter {

// The place of a snapshot in the cluster's history.
struct Position {
  // The database's clock when the transaction began.
  Micros now = 0;
  // Every transaction below is finished; at or above next, none has begun.
  Xid horizon = 0;
  Xid next = 0;
  // On a standby: when its primary committed what was replayed last, by the primary's clock; 0 if
  // that is not known.
  std::optional<Micros> replayed = std::nullopt;
  // When the server process was started, as it says it; empty where it does not.
  std::string server = {};

  // Rows that were committed later are not visible here yet, however long that takes.
  Micros shows_until(Micros time) const { return replayed ? std::min(time, *replayed) : time; }
};

// Which history it is; read once a poll. What the server does not tell is empty or 0.
struct Identity {
  // System identifier, database and schema, with slashes between.
  std::string cluster;
  std::uint32_t timeline = 0;
};

// Whether two clusters' names, in which the system identifier may be missing, can be the same.
bool same_cluster(const std::string& one, const std::string& other);

// The condition that leaves only the rows whose inserting transaction is at or above `horizon`, for
// a reader at `position`. xmin is a 32-bit number that wraps; age() compares it the way PostgreSQL
// itself does. "true" where everything must be read: at horizon 0, or one too old to compare.
std::string inserted_since(Xid horizon, const Position& position);

// As a literal for a timestamp or timestamptz column in a session that runs in UTC.
std::string timestamp_literal(Micros time);

}  // namespace litellm_exporter

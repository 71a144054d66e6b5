// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/horizons.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace litellm_exporter {

namespace postgres {
class Snapshot;
}

// Where a snapshot stands in the cluster's history.
struct Position {
  // The database's clock when the transaction began.
  Micros now = 0;
  // Every transaction below is finished; at or above next, none has begun.
  Xid horizon = 0;
  Xid next = 0;
  // On a standby: when its primary committed what was replayed last, by the primary's clock; 0 if
  // nothing has been replayed yet.
  std::optional<Micros> replayed = std::nullopt;

  // Rows that were committed later are not visible here yet, however long that takes.
  Micros shows_until() const { return replayed ? std::min(now, *replayed) : now; }
};

// Which history it is; read once a poll.
struct Identity {
  // System identifier, database and schema. The role may be kept from the first, then it is empty.
  std::string cluster;
  std::uint32_t timeline = 0;
};

Position read_position(postgres::Snapshot& snapshot);
Identity read_identity(postgres::Snapshot& snapshot);

// The condition that leaves only the rows whose inserting transaction is at or above `horizon`, for
// a reader at `position`. xmin is a 32-bit number that wraps; age() compares it the way PostgreSQL
// itself does. "true" where everything must be read: at horizon 0, or one too old to compare.
std::string inserted_since(Xid horizon, const Position& position);

// As a literal for a timestamp or timestamptz column in a session that runs in UTC.
std::string timestamp_literal(Micros time);

}  // namespace litellm_exporter

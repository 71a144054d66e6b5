// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/horizons.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace litellm_exporter {

namespace postgres {
class Snapshot;
}

struct RowTable;

// The table and all of its partitions, by oid. Reads the catalog only. Throws PollError.
std::set<std::uint32_t> read_tables(postgres::Snapshot& snapshot, const RowTable& about);

// The time of the newest row that is not later than `until`, by an index; 0 in an empty table.
// Throws PollError.
Micros newest_time(postgres::Snapshot& snapshot, const RowTable& about, Micros until);

// How far the clock by which LiteLLM's sessions date their rows is ahead of UTC: CURRENT_TIMESTAMP
// in a column without a zone is local time, of the database's default zone if LiteLLM asks for no
// other. `newest` is the time of the newest row, which tells the two apart, and `now` in UTC. Where
// it does not, as while nobody calls, it is as `before`; at first the one that is behind, so that
// more is read, not less. Throws PollError.
Micros zone_offset(postgres::Snapshot& snapshot, Micros newest, Micros now,
                   std::optional<Micros> before);

// SQL of the log's size in bytes, with its indexes, TOAST and all partitions.
std::string log_bytes_sql(const postgres::Snapshot& snapshot);

}  // namespace litellm_exporter

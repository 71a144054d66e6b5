// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/horizons.hpp"

#include <cstdint>
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

// How far the zone that sessions of this role have by default is ahead of UTC now, in microseconds.
// Throws PollError.
Micros default_zone(postgres::Snapshot& snapshot);

// SQL of the log's size in bytes, with its indexes, TOAST and all partitions.
std::string log_bytes_sql(const postgres::Snapshot& snapshot);

}  // namespace litellm_exporter

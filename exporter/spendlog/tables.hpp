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

// The spend log's table and all of its partitions, by oid. Reads the catalog only. Throws
// PollError.
std::set<std::uint32_t> read_tables(postgres::Snapshot& snapshot);

// "startTime" of the newest row that is not later than `now`, by the index; 0 in an empty table.
// Throws PollError.
Micros newest_start(postgres::Snapshot& snapshot, Micros now);

// SQL of the log's size in bytes, with its indexes, TOAST and all partitions.
std::string log_bytes_sql(const postgres::Snapshot& snapshot);

}  // namespace litellm_exporter

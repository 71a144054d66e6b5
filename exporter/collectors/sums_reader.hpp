// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "daily/level_reading.hpp"
#include "postgres/table_access.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace litellm_exporter {

// What is read of LiteLLM's daily sums of requests.
struct SumsRequest {
  // The days, both included.
  Day from;
  Day to;
  // The rows, as a condition.
  std::string condition;
  // Model health probes are no requests.
  bool probes_apart = true;
};

// The tables of which anything is counted.
std::vector<SumTable> sum_tables(const Config& config);
const char* name_of(SumTable table);

// What may be done with a table. Throws PollError if it is there and cannot be read.
struct SumsAccess {
  bool exists = false;
  // LiteLLM has written to it.
  bool filled = false;
  // Changed rows can be told from others.
  bool versions = false;
};
SumsAccess look_at_sums(postgres::TableAccess& tables, SumTable table);

// What a table's rows tell of.
std::set<SumOf> things_of(SumTable table);

// Reads a table into `reading`. Throws PollError.
void read_sums(postgres::TableAccess& tables, SumTable table, const SumsRequest& request,
               LevelReading& reading);

// Successes and failures of each day alone.
std::map<Day, Measures> read_totals(postgres::TableAccess& tables, const SumsRequest& request);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daily/memory.hpp"
#include "postgres/table_access.hpp"

namespace litellm_exporter {

// Streams the sums of one of LiteLLM's daily tables into `reading`, for the days that it wants.
// False if there is no such table, which is noted as a gap. Throws PollError, with
// Reason::permission or Reason::schema if one of its columns cannot be read.
bool read_daily(postgres::TableAccess& tables, DailyTable table, DailyReading& reading);

// LiteLLM's name of it, for the log.
const char* name_of(DailyTable table);

}  // namespace litellm_exporter

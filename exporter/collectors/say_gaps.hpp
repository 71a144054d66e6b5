// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/gap.hpp"
#include "postgres/table_access.hpp"

#include <string>

namespace litellm_exporter {

// Tells the log what a collector reads without, if that is worth a line and another than `said`,
// what was told last. Belongs to the thread of the collector.
void say_gaps(const std::string& collector, const postgres::NotedGaps& noted, Gaps& said);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "doctor/report.hpp"
#include "postgres/session.hpp"
#include "postgres/table.hpp"

namespace litellm_exporter::doctor {

// Which LiteLLM made the table, or why it cannot be seen. `log` is the spend log's table.
void examine_schema(postgres::Snapshot& snapshot, const postgres::Table& log, Report& report);

}  // namespace litellm_exporter::doctor

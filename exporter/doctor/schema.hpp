// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "doctor/report.hpp"
#include "postgres/catalog.hpp"
#include "postgres/session.hpp"

namespace litellm_exporter::doctor {

// Which LiteLLM made the table, and what its age switches off.
void examine_schema(const postgres::Table& log, Report& report);
// Rights that are missing, and rights that are too many.
void examine_rights(postgres::Snapshot& snapshot, const postgres::Table& log, const char* advice,
                    Report& report);

}  // namespace litellm_exporter::doctor

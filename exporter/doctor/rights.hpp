// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "doctor/report.hpp"
#include "postgres/catalog.hpp"
#include "postgres/session.hpp"

namespace litellm_exporter::doctor {

// Rights that are missing, and rights that are too many. `log` is the spend log's table.
void examine_rights(postgres::Snapshot& snapshot, const postgres::Table& log, Report& report);

}  // namespace litellm_exporter::doctor

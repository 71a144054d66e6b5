// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "doctor/report.hpp"
#include "postgres/session.hpp"
#include "postgres/table.hpp"

namespace litellm_exporter::doctor {

// Rights that the spend log, whose table is `log`, misses, and rights that are too many. Only the
// collectors can tell that all is well.
void examine_rights(postgres::Snapshot& snapshot, const postgres::Table& log, Report& report);

}  // namespace litellm_exporter::doctor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "doctor/report.hpp"
#include "postgres/catalog.hpp"

namespace litellm_exporter::doctor {

// Which LiteLLM made the table, and what its age switches off.
void examine_schema(const postgres::Table& log, Report& report);

}  // namespace litellm_exporter::doctor

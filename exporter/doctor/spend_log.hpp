// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "doctor/report.hpp"
#include "postgres/database.hpp"

namespace litellm_exporter::doctor {

// A trial poll of the spend log and of the names that go with its rows, as the exporter does it:
// what a server refuses shows only when it is asked. Keeps nothing. Returns whether rows can be
// counted. Throws nothing.
bool examine_spend_log(const Config& config, postgres::Database& database, Report& report);

}  // namespace litellm_exporter::doctor

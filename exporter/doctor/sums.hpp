// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "doctor/report.hpp"
#include "postgres/session.hpp"

namespace litellm_exporter::doctor {

// Whether LiteLLM's daily sums of requests may be read, from which is counted what becomes a row
// nowhere. Returns whether they are. Throws PollError.
bool examine_sums(postgres::Snapshot& snapshot, const Config& config, Report& report);

}  // namespace litellm_exporter::doctor

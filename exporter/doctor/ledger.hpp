// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "doctor/report.hpp"
#include "postgres/session.hpp"

namespace litellm_exporter::doctor {

// Whether there is a ledger of LiteLLM's accounting, whether it may be read, and what the spend log
// lacks of its newest rows. Returns whether requests are counted from it. Throws PollError.
bool examine_ledger(postgres::Snapshot& snapshot, const Config& config, Report& report);

}  // namespace litellm_exporter::doctor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "subjects/reading.hpp"

// One function for each subject that the database answers: it reads a snapshot and adds what it
// found. Each lives in a file of its name. All throw PollError.
namespace litellm_exporter {

void read_keys(Reading& reading);
void read_teams(Reading& reading);
void read_users(Reading& reading);
void read_organizations(Reading& reading);
void read_end_users(Reading& reading);
void read_tags(Reading& reading);
void read_projects(Reading& reading);
void read_team_members(Reading& reading);
void read_organization_members(Reading& reading);
void read_spend(Reading& reading);
void read_audit(Reading& reading);
void read_spend_log_table(Reading& reading);
void read_model_health(Reading& reading);

}  // namespace litellm_exporter

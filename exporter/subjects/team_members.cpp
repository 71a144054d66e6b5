// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/subjects.hpp"

namespace litellm_exporter {

// A member is named by the team: users have no name here. Of all who have a budget LiteLLM lets
// only these exceed it for a time.
void read_team_members(Reading& reading) {
  static const EntityTable members = {.scope = "team_member",
                                      .table = "LiteLLM_TeamMembership",
                                      .id = {"user_id", "team_id"},
                                      .name = "team_alias",
                                      .name_table = "LiteLLM_TeamTable",
                                      .name_key = "team_id",
                                      .increase = true,
                                      .columns = {"spend", "budget_id"}};
  read_entities(reading, members);
}

}  // namespace litellm_exporter

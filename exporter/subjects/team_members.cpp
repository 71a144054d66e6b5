// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/registry.hpp"

namespace litellm_exporter {
namespace {

// A member is named by the team: users have no name here. LiteLLM lets members of teams, and nobody
// else, exceed their budget for a time.
void read_team_members(Reading& reading) {
  static const EntityTable members = {.scope = "team_member",
                                      .table = "LiteLLM_TeamMembership",
                                      .id = {"user_id", "team_id"},
                                      .name = "team_alias",
                                      .name_table = "LiteLLM_TeamTable",
                                      .name_key = "team_id",
                                      .increase = EntityTable::Increase::linked,
                                      .team_default = true,
                                      .model_budgets = "team_member_model_spend",
                                      .model_budgets_linked = true,
                                      .columns = {"spend", "budget_id"}};
  read_entities(reading, members);
}

}  // namespace

constinit const TableSubject team_members_subject = {
    .info = {.name = "team_members",
             .summary = "budgets of members within their teams",
             .source = Source::database},
    .read = read_team_members};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/registry.hpp"

namespace litellm_exporter {
namespace {

// A member is named by the organization: users have no name here.
void read_organization_members(Reading& reading) {
  static const EntityTable members = {.scope = "organization_member",
                                      .table = "LiteLLM_OrganizationMembership",
                                      .id = {"user_id", "organization_id"},
                                      .name = "organization_alias",
                                      .name_table = "LiteLLM_OrganizationTable",
                                      .name_key = "organization_id",
                                      .columns = {"spend", "budget_id"}};
  read_entities(reading, members);
}

}  // namespace

constinit const TableSubject organization_members_subject = {
    .info = {.name = "organization_members",
             .summary = "budgets of members within their organizations",
             .source = Source::database},
    .read = read_organization_members};

}  // namespace litellm_exporter

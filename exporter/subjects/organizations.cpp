// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/subjects.hpp"

namespace litellm_exporter {

void read_organizations(Reading& reading) {
  static const EntityTable organizations = {.scope = "organization",
                                            .table = "LiteLLM_OrganizationTable",
                                            .id = {"organization_id"},
                                            .name = "organization_alias",
                                            .columns = {"spend", "budget_id"}};
  read_entities(reading, organizations);
}

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

}  // namespace litellm_exporter

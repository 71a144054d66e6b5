// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/registry.hpp"

namespace litellm_exporter {
namespace {

void read_organizations(Reading& reading) {
  static const EntityTable organizations = {.scope = "organization",
                                            .table = "LiteLLM_OrganizationTable",
                                            .id = {"organization_id"},
                                            .name = "organization_alias",
                                            .model_rates = true,
                                            .columns = {"spend", "budget_id"}};
  read_entities(reading, organizations);
}

}  // namespace

constinit const TableSubject organizations_subject = {
    .info = {.name = "organizations",
             .summary = "budgets and rate limits of organizations",
             .source = Source::database},
    .read = read_organizations};

}  // namespace litellm_exporter

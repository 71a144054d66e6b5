// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/registry.hpp"

namespace litellm_exporter {
namespace {

// Groups of models: a group has a row once it has a budget.
void read_access_groups(Reading& reading) {
  static const EntityTable groups = {.scope = "access_group",
                                     .table = "LiteLLM_ModelAccessGroupBudgetTable",
                                     .id = {"access_group_name"},
                                     .name = "access_group_name",
                                     .columns = {"spend", "budget_id"}};
  read_entities(reading, groups);
}

}  // namespace

constinit const TableSubject access_groups_subject = {
    .info = {.name = "access_groups",
             .summary = "budgets of groups of models",
             .source = Source::database},
    .read = read_access_groups};

}  // namespace litellm_exporter

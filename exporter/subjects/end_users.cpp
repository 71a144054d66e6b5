// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/registry.hpp"

namespace litellm_exporter {
namespace {

// Customers of customers: as many as clients like, so they are off unless asked for.
void read_end_users(Reading& reading) {
  EntityTable end_users = {.scope = "end_user",
                           .table = "LiteLLM_EndUserTable",
                           .id = {"user_id"},
                           .model_budgets = "end_user_model_spend",
                           .model_budgets_linked = true,
                           .columns = {"spend", "budget_id", "blocked"}};
  if (reading.config.entities.user_names) {
    end_users.name = "alias";
  }
  // LiteLLM knows it from its own configuration only.
  end_users.default_budget = reading.config.entities.end_user_budget_id;
  read_entities(reading, end_users);
}

}  // namespace

constinit const TableSubject end_users_subject = {
    .info = {.name = "end_users",
             .summary = "budgets and blocks of end users",
             .source = Source::database,
             .enabled = false,
             .asked_by = &FamilySwitches::end_users},
    .read = read_end_users};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/registry.hpp"

namespace litellm_exporter {
namespace {

// The row litellm-proxy-budget holds the budget of the whole proxy. Aliases are personal data.
void read_users(Reading& reading) {
  EntityTable users = {.scope = "user",
                       .table = "LiteLLM_UserTable",
                       .id = {"user_id"},
                       .model_budgets = "user_model_spend",
                       .columns = {"spend", "max_budget", "budget_reset_at", "rpm_limit",
                                   "tpm_limit", "max_parallel_requests"}};
  if (reading.config.entities.user_names) {
    users.name = "user_alias";
  }
  read_entities(reading, users);
}

}  // namespace

constinit const TableSubject users_subject = {
    .info = {.name = "users",
             .summary = "budgets and rate limits of internal users",
             .source = Source::database},
    .read = read_users};

}  // namespace litellm_exporter

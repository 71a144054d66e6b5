// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/subjects.hpp"

namespace litellm_exporter {

// The row litellm-proxy-budget holds the budget of the whole proxy. Aliases are personal data.
void read_users(Reading& reading) {
  EntityTable users = {
      .scope = "user",
      .table = "LiteLLM_UserTable",
      .id = {"user_id"},
      .columns = {"spend", "max_budget", "budget_reset_at", "rpm_limit", "tpm_limit"}};
  if (reading.config.entities.user_names) {
    users.name = "user_alias";
  }
  read_entities(reading, users);
}

}  // namespace litellm_exporter

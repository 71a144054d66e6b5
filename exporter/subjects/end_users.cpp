// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/subjects.hpp"

namespace litellm_exporter {

// Customers of customers: as many as clients like, so they are off unless asked for.
void read_end_users(Reading& reading) {
  EntityTable end_users = {.scope = "end_user",
                           .table = "LiteLLM_EndUserTable",
                           .id = {"user_id"},
                           .columns = {"spend", "budget_id", "blocked"}};
  if (reading.config.entities.user_names) {
    end_users.name = "alias";
  }
  reading.findings.limit(reading.config.limits.series_per_family);
  read_entities(reading, end_users);
}

}  // namespace litellm_exporter

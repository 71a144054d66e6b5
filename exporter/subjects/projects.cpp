// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/subjects.hpp"

namespace litellm_exporter {

void read_projects(Reading& reading) {
  static const EntityTable projects = {.scope = "project",
                                       .table = "LiteLLM_ProjectTable",
                                       .id = {"project_id"},
                                       .name = "project_alias",
                                       .columns = {"spend", "budget_id", "blocked"}};
  read_entities(reading, projects);
}

}  // namespace litellm_exporter

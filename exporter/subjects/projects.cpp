// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/registry.hpp"

namespace litellm_exporter {
namespace {

void read_projects(Reading& reading) {
  static const EntityTable projects = {.scope = "project",
                                       .table = "LiteLLM_ProjectTable",
                                       .id = {"project_id"},
                                       .name = "project_alias",
                                       .model_rates = true,
                                       .columns = {"spend", "budget_id", "blocked"}};
  read_entities(reading, projects);
}

}  // namespace

constinit const TableSubject projects_subject = {
    .info = {.name = "projects",
             .summary = "budgets, rate limits and blocks of projects",
             .source = Source::database},
    .read = read_projects};

}  // namespace litellm_exporter

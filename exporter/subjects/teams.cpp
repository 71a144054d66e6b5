// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/registry.hpp"

namespace litellm_exporter {
namespace {

void read_teams(Reading& reading) {
  static const EntityTable teams = {
      .scope = "team",
      .table = "LiteLLM_TeamTable",
      .id = {"team_id"},
      .name = "team_alias",
      .windows = "team",
      .model_budgets = "team_model_spend",
      .model_rates = true,
      .columns = {"spend", "max_budget", "soft_budget", "budget_reset_at", "rpm_limit", "tpm_limit",
                  "blocked", "tpd_limit", "max_parallel_requests"}};
  read_entities(reading, teams);
}

}  // namespace

constinit const TableSubject teams_subject = {
    .info = {.name = "teams",
             .summary = "budgets, rate limits and blocks of teams",
             .source = Source::database},
    .read = read_teams};

}  // namespace litellm_exporter

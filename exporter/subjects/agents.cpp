// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/registry.hpp"

namespace litellm_exporter {
namespace {

// Agents have rate limits and no budget: what they have spent stands alone.
void read_agents(Reading& reading) {
  static const EntityTable agents = {.scope = "agent",
                                     .table = "LiteLLM_AgentsTable",
                                     .id = {"agent_id"},
                                     .name = "agent_name",
                                     .always_spend = true,
                                     .columns = {"spend", "rpm_limit", "tpm_limit"}};
  read_entities(reading, agents);
}

}  // namespace

constinit const TableSubject agents_subject = {
    .info = {.name = "agents",
             .summary = "spend and rate limits of agents",
             .source = Source::database},
    .read = read_agents};

}  // namespace litellm_exporter

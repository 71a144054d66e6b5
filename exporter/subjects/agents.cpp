// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"
#include "subjects/limit_gauges.hpp"
#include "subjects/registry.hpp"

namespace litellm_exporter {
namespace {

// Agents have rate limits and no budget: what they have spent stands alone. Each of their sessions
// has limits, too.
void read_agents(Reading& reading) {
  static const EntityTable agents = {.scope = "agent",
                                     .table = "LiteLLM_AgentsTable",
                                     .id = {"agent_id"},
                                     .name = "agent_name",
                                     .always_spend = true,
                                     .texts = {"session_rpm_limit", "session_tpm_limit"},
                                     .columns = {"spend", "rpm_limit", "tpm_limit"}};
  read_entities(reading, agents, [&](const EntityRow& agent) {
    const LabelPairs session = {{"scope", "agent_session"}, {"id", agent.id}, {"name", agent.name}};
    reading.findings.add(kRateOfRequests, number(agent.values, agent.place_of("session_rpm_limit")),
                         session);
    reading.findings.add(kRateOfTokens, number(agent.values, agent.place_of("session_tpm_limit")),
                         session);
  });
}

}  // namespace

constinit const TableSubject agents_subject = {
    .info = {.name = "agents",
             .summary = "spend and rate limits of agents",
             .source = Source::database},
    .read = read_agents};

}  // namespace litellm_exporter

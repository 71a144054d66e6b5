// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace litellm_exporter {

// Groups of families by what they are labelled with; section `families` of the configuration.
struct FamilySwitches {
  bool teams = true;
  bool keys = true;
  bool tags = true;
  bool users = false;
  bool end_users = false;
  bool guardrails = true;
  bool mcp_tools = true;
  // Tokens of audio and images.
  bool media_tokens = true;
  // The parts of the spend.
  bool costs = true;
  // LiteLLM's own time.
  bool overhead = true;
  // By the model that was asked for.
  bool fallbacks = true;
  bool client_disconnects = true;
  bool internal_calls = true;
  bool service_tiers = true;
  bool routes = true;
  bool deployments = true;
  bool organizations = true;
  bool projects = true;
  bool agents = true;
  // Off: LiteLLM's health probes count as requests.
  bool health_probes = true;
  // What the proxies counted at the edge.
  bool gateway = true;
  bool operator==(const FamilySwitches&) const = default;
};

}  // namespace litellm_exporter

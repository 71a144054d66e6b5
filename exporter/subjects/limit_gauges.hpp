// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/findings.hpp"

namespace litellm_exporter {

// What an entity has as a whole, and once more for a window of time or for a single model: then
// there is a label "window" or "model" beside those of the entity.
inline constexpr Gauge kBudgetLimit = {
    .name = "litellm_budget_limit_usd",
    .help =
        "Budget of the current period: the entity's own max_budget or its LiteLLM_BudgetTable "
        "row's; with a window or a model, the entity's for that. Unlimited entities have no "
        "series."};
inline constexpr Gauge kBudgetSpend = {
    .name = "litellm_budget_spend_usd",
    .help =
        "Spend of agents, and of entities with a budget since its last reset, from the entity's "
        "table or, with a "
        "window or a model, from LiteLLM_BudgetWindowSpend; may fall."};
inline constexpr Gauge kBudgetReset = {
    .name = "litellm_budget_reset_timestamp_seconds",
    .help = "When the budget is reset next, from budget_reset_at or the window's start."};
inline constexpr Gauge kRateOfRequests = {
    .name = "litellm_rate_limit_requests_per_minute",
    .help =
        "Own rpm_limit or the LiteLLM_BudgetTable row's; with a model, model_rpm_limit of the "
        "metadata."};
inline constexpr Gauge kRateOfTokens = {
    .name = "litellm_rate_limit_tokens_per_minute",
    .help =
        "Own tpm_limit or the LiteLLM_BudgetTable row's; with a model, model_tpm_limit of the "
        "metadata."};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "metrics/gauges.hpp"

namespace litellm_exporter {
namespace {

constexpr std::array<GaugeInfo, kGauges> kInfos = {{
    {"litellm_budget_limit_usd",
     "Budget of the current period: the entity's own max_budget or its LiteLLM_BudgetTable row's. "
     "Unlimited entities have no series."},
    {"litellm_budget_soft_limit_usd",
     "Spend at which LiteLLM warns: own soft_budget or the LiteLLM_BudgetTable row's."},
    {"litellm_budget_spend_usd",
     "Spend of entities with a budget since its last reset, from the entity's table; may fall."},
    {"litellm_budget_reset_timestamp_seconds",
     "When the budget is reset next, from budget_reset_at."},
    {"litellm_rate_limit_requests_per_minute", "Own rpm_limit or the LiteLLM_BudgetTable row's."},
    {"litellm_rate_limit_tokens_per_minute", "Own tpm_limit or the LiteLLM_BudgetTable row's."},
    {"litellm_blocked", "1 while the entity is blocked; otherwise there is no series."},
    {"litellm_key_expires_timestamp_seconds",
     "When the key expires, from LiteLLM_VerificationToken; it stays while the key exists."},
    {"litellm_key_rotation_timestamp_seconds",
     "When the key is rotated next, from LiteLLM_VerificationToken.key_rotation_at."},
    {"litellm_key_last_active_timestamp_seconds",
     "When the key was last used, from LiteLLM_VerificationToken.last_active."},
    {"litellm_entities",
     "How many exist in LiteLLM's tables, by state; login sessions are no keys."},
    {"litellm_spend_day_usd",
     "Spend of the current UTC day to date, from LiteLLM_DailyUserSpend and "
     "LiteLLM_DailyTeamSpend."},
    {"litellm_spend_month_usd",
     "Spend of the current UTC month to date, from LiteLLM_DailyUserSpend and "
     "LiteLLM_DailyTeamSpend."},
    {"litellm_model_healthy", "1 if the model's last health check in LiteLLM succeeded, else 0."},
    {"litellm_model_health_checked_timestamp_seconds",
     "When LiteLLM stored the model's last health check."},
    {"litellm_spend_log_bytes", "Size of LiteLLM_SpendLogs with indexes and TOAST."},
    {"litellm_spend_log_oldest_row_timestamp_seconds",
     "startTime of the oldest row of LiteLLM_SpendLogs."},
    {"litellm_spend_log_rows_estimate",
     "Rows of LiteLLM_SpendLogs as the planner estimates them, without counting."},
    {"litellm_spend_log_audit_requests",
     "Requests of the last complete UTC day as LiteLLM_SpendLogs and as LiteLLM_DailyUserSpend "
     "hold "
     "them; a difference means that LiteLLM lost or doubled rows."},
    {"litellm_up", "1 if the proxy's liveliness endpoint answers 200 as LiteLLM does, else 0."},
    {"litellm_ready", "1 if the proxy's readiness endpoint answers 200 as LiteLLM does, else 0."},
    {"litellm_proxy_database_connected",
     "1 if the proxy's readiness answer says that its database is connected, 0 if it says that it "
     "is "
     "not; no series while it says neither."},
    {"litellm_health_check_duration_seconds", "How long the last probe of the endpoint took."},
    {"litellm_health_check_status_code",
     "HTTP status of the last probe of the endpoint, 0 if there was no answer."},
    {"litellm_proxy_info", "A metric with a constant '1' value labeled by the proxy's version."},
    {"litellm_proxy_requests_in_flight",
     "Requests that a worker of the proxy is serving, from /health/backlog."},
}};

}  // namespace

const GaugeInfo& info(Gauge gauge) { return kInfos.at(static_cast<std::size_t>(gauge)); }

}  // namespace litellm_exporter

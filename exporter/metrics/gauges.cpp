// SPDX-License-Identifier: Apache-2.0
#include "metrics/gauges.hpp"

#include "base/enum_array.hpp"

namespace litellm_exporter {
namespace {

constexpr EnumArray<Gauge, GaugeInfo> kInfos{
    {Gauge::budget_limit,
     {"litellm_budget_limit_usd",
      "Budget of the current period: the entity's own max_budget or its LiteLLM_BudgetTable row's. "
      "Unlimited entities have no series."}},
    {Gauge::budget_soft_limit,
     {"litellm_budget_soft_limit_usd",
      "Spend at which LiteLLM warns: own soft_budget or the LiteLLM_BudgetTable row's."}},
    {Gauge::budget_spend,
     {"litellm_budget_spend_usd",
      "Spend of entities with a budget since its last reset, from the entity's table; may fall."}},
    {Gauge::budget_reset,
     {"litellm_budget_reset_timestamp_seconds",
      "When the budget is reset next, from budget_reset_at."}},
    {Gauge::rate_limit_requests,
     {"litellm_rate_limit_requests_per_minute", "Own rpm_limit or the LiteLLM_BudgetTable row's."}},
    {Gauge::rate_limit_tokens,
     {"litellm_rate_limit_tokens_per_minute", "Own tpm_limit or the LiteLLM_BudgetTable row's."}},
    {Gauge::blocked,
     {"litellm_blocked", "1 while the entity is blocked; otherwise there is no series."}},
    {Gauge::key_expires,
     {"litellm_key_expires_timestamp_seconds",
      "When the key expires, from LiteLLM_VerificationToken; it stays while the key exists."}},
    {Gauge::key_rotation,
     {"litellm_key_rotation_timestamp_seconds",
      "When the key is rotated next, from LiteLLM_VerificationToken.key_rotation_at."}},
    {Gauge::key_last_active,
     {"litellm_key_last_active_timestamp_seconds",
      "When the key was last used, from LiteLLM_VerificationToken.last_active."}},
    {Gauge::entities,
     {"litellm_entities",
      "How many exist in LiteLLM's tables, by state; login sessions are no keys."}},
    {Gauge::spend_day,
     {"litellm_spend_day_usd",
      "Spend of the current UTC day to date, from LiteLLM_DailyUserSpend and "
      "LiteLLM_DailyTeamSpend."}},
    {Gauge::spend_month,
     {"litellm_spend_month_usd",
      "Spend of the current UTC month to date, from LiteLLM_DailyUserSpend and "
      "LiteLLM_DailyTeamSpend."}},
    {Gauge::model_healthy,
     {"litellm_model_healthy", "1 if the model's last health check in LiteLLM succeeded, else 0."}},
    {Gauge::model_health_checked,
     {"litellm_model_health_checked_timestamp_seconds",
      "When LiteLLM stored the model's last health check."}},
    {Gauge::spend_log_bytes,
     {"litellm_spend_log_bytes", "Size of LiteLLM_SpendLogs with indexes and TOAST."}},
    {Gauge::spend_log_oldest_row,
     {"litellm_spend_log_oldest_row_timestamp_seconds",
      "startTime of the oldest row of LiteLLM_SpendLogs."}},
    {Gauge::spend_log_rows_estimate,
     {"litellm_spend_log_rows_estimate",
      "Rows of LiteLLM_SpendLogs as the planner estimates them, without counting."}},
    {Gauge::spend_log_audit_requests,
     {"litellm_spend_log_audit_requests",
      "Requests of the last complete UTC day as LiteLLM_SpendLogs and as LiteLLM_DailyUserSpend "
      "hold them; a difference means that LiteLLM lost or doubled rows."}},
    {Gauge::up,
     {"litellm_up", "1 if the proxy's liveliness endpoint answers 200 as LiteLLM does, else 0."}},
    {Gauge::ready,
     {"litellm_ready", "1 if the proxy's readiness endpoint answers 200 as LiteLLM does, else 0."}},
    {Gauge::proxy_database_connected,
     {"litellm_proxy_database_connected",
      "1 if the proxy's readiness answer says that its database is connected, 0 if it says that it "
      "is not; no series while it says neither."}},
    {Gauge::health_check_duration,
     {"litellm_health_check_duration_seconds", "How long the last probe of the endpoint took."}},
    {Gauge::health_check_status_code,
     {"litellm_health_check_status_code",
      "HTTP status of the last probe of the endpoint, 0 if there was no answer."}},
    {Gauge::proxy_info,
     {"litellm_proxy_info", "A metric with a constant '1' value labeled by the proxy's version."}},
    {Gauge::proxy_requests_in_flight,
     {"litellm_proxy_requests_in_flight",
      "Requests that a worker of the proxy is serving, from /health/backlog."}},
};

}  // namespace

const GaugeInfo& info(Gauge gauge) { return kInfos[gauge]; }

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace litellm_exporter {

// Every gauge that a poll replaces, by the contract's names.
enum class Gauge {
  budget_limit,
  budget_soft_limit,
  budget_spend,
  budget_reset,
  rate_limit_requests,
  rate_limit_tokens,
  blocked,
  key_expires,
  key_rotation,
  key_last_active,
  entities,
  spend_day,
  spend_month,
  model_healthy,
  model_health_checked,
  spend_log_bytes,
  spend_log_oldest_row,
  spend_log_rows_estimate,
  spend_log_audit_requests,
  up,
  ready,
  proxy_database_connected,
  health_check_duration,
  health_check_status_code,
  proxy_info,
  proxy_requests_in_flight,
};

inline constexpr std::size_t kGauges =
    static_cast<std::size_t>(Gauge::proxy_requests_in_flight) + 1;

struct GaugeInfo {
  std::string_view name;
  // Where it comes from; one line without a backslash, because nothing escapes it.
  std::string_view help;
};

const GaugeInfo& info(Gauge gauge);

}  // namespace litellm_exporter

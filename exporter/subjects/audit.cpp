// SPDX-License-Identifier: Apache-2.0
#include "subjects/subjects.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm_exporter {
namespace {

constexpr const char* kLog = "LiteLLM_SpendLogs";
constexpr const char* kDaily = "LiteLLM_DailyUserSpend";

}  // namespace

// LiteLLM drops a row in silence when its request id exists already (litellm issue 28376), while
// its daily sums count the request. Both go by the UTC day of "startTime".
// Cost: an index-only scan of one day's rows, once for each interval.
void read_audit(Reading& reading) {
  if (!reading.tables.find(kLog, {"startTime"}) ||
      !reading.tables.find(kDaily, {"date", "api_requests"})) {
    return;
  }
  AuditedDay& day = reading.audited;
  reading.tables.snapshot().stream(
      fmt::format(
          "SELECT to_char(day, 'YYYY-MM-DD'),"
          " (SELECT count(*) FROM {} WHERE \"startTime\" >= day"
          "  AND \"startTime\" < day + interval '1 day'),"
          " (SELECT coalesce(sum(api_requests), 0) FROM {}"
          "  WHERE date = to_char(day, 'YYYY-MM-DD'))"
          " FROM (SELECT date_trunc('day', now() AT TIME ZONE 'UTC') - interval '1 day' AS day) d",
          reading.tables.snapshot().table(kLog), reading.tables.snapshot().table(kDaily)),
      [&](const postgres::CopyRow& row) {
        const std::string date{row.at(0).value_or("")};
        if (date != day.date) {
          day = {date, 0};
        }
        day.most = std::max(day.most, number(row, 1).value_or(0));
        reading.findings.add(Gauge::spend_log_audit_requests, day.most, {{"source", "spend_log"}});
        reading.findings.add(Gauge::spend_log_audit_requests, number(row, 2),
                             {{"source", "daily"}});
      });
}

}  // namespace litellm_exporter

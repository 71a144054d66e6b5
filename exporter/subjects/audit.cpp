// SPDX-License-Identifier: Apache-2.0
#include "subjects/registry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm_exporter {
namespace {

constexpr Gauge kRequests = {
    .name = "litellm_spend_log_audit_requests",
    .help =
        "Requests of the last complete UTC day as LiteLLM_SpendLogs and as "
        "LiteLLM_DailyUserSpend hold them; a difference means that LiteLLM lost or doubled "
        "rows."};

constexpr const char* kDaily = "LiteLLM_DailyUserSpend";

// LiteLLM drops a row in silence when its request id exists already (litellm issue 28376), while
// its daily sums count the request. Both go by the UTC day of "startTime".
// Cost: an index-only scan of one day's rows, once for each interval.
void read_audit(Reading& reading) {
  if (!reading.tables.find(kSpendLogTable, {"startTime"}) ||
      !reading.tables.find(kDaily, {"date", "api_requests"})) {
    return;
  }
  AuditedDay& day = reading.memory.audited;
  reading.tables.stream(
      fmt::format(
          "SELECT to_char(day, 'YYYY-MM-DD'),"
          " (SELECT count(*) FROM {} WHERE \"startTime\" >= day"
          "  AND \"startTime\" < day + interval '1 day'),"
          " (SELECT coalesce(sum(api_requests), 0) FROM {}"
          "  WHERE date = to_char(day, 'YYYY-MM-DD'))"
          " FROM (SELECT date_trunc('day', now() AT TIME ZONE 'UTC') - interval '1 day' AS day) d",
          reading.tables.quoted(kSpendLogTable), reading.tables.quoted(kDaily)),
      [&](const postgres::CopyRow& row) {
        const std::string date{row.at(0).value_or("")};
        if (date != day.date) {
          day = {date, 0};
        }
        day.most = std::max(day.most, number(row, 1).value_or(0));
        reading.findings.add(kRequests, day.most, {{"source", "spend_log"}});
        reading.findings.add(kRequests, number(row, 2), {{"source", "daily"}});
      });
}

}  // namespace

constinit const TableSubject audit_subject = {
    .info = {.name = "audit",
             .summary = "the last complete day in the spend log and in the daily tables",
             .source = Source::database,
             .interval = std::chrono::hours(1),
             .timeout = std::chrono::minutes(1)},
    .read = read_audit};

}  // namespace litellm_exporter

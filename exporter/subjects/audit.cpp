// SPDX-License-Identifier: Apache-2.0
#include "subjects/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

namespace litellm_exporter {
namespace {

constexpr Gauge kRequests = {
    .name = "litellm_spend_log_audit_requests",
    .help =
        "Requests of the last complete UTC day as LiteLLM_SpendLogs and as "
        "LiteLLM_DailyUserSpend hold them, without billed retries and LiteLLM's own calls; a "
        "difference means that LiteLLM lost or doubled rows."};

constexpr const char* kDaily = "LiteLLM_DailyUserSpend";

constexpr const char* kOfTheDay = R"("startTime" >= day AND "startTime" < day + interval '1 day')";
constexpr const char* kDay =
    "(SELECT date_trunc('day', now() AT TIME ZONE 'UTC') - interval '1 day' AS day) d";

// LiteLLM's own daily sums leave out the attempts that a provider bills beside the one that
// decided, and calls of its own. Looking into the rows takes some ten seconds for a million: on
// days with more only the former are left out, which their ids tell.
std::string no_requests(const std::string& table, double rows) {
  constexpr double kMostLookedInto = 1e6;
  const char* condition =
      rows > kMostLookedInto
          ? "request_id ~ '-attempt-[0-9]+$'"
          : "metadata @? '$ ? (@.billed_retry_attempt == true"
            " || (@.internal_call_origin != null && @.internal_call_origin != \"\"))'";
  return fmt::format("SELECT count(*) FROM {}, {} WHERE {} AND {}", table, kDay, kOfTheDay,
                     condition);
}

void look_into_rows(Reading& reading, double rows) {
  AuditedDay& day = reading.memory.audited;
  const postgres::Table log = reading.tables.describe(kSpendLogTable);
  // The day is over: what was counted of it once stays, until late rows come.
  if (rows == day.rows || !log.can_read("metadata") || !log.can_read("request_id")) {
    return;
  }
  reading.tables.stream(no_requests(reading.tables.quoted(kSpendLogTable), rows),
                        [&](const postgres::CopyRow& row) {
                          day.rows = rows;
                          day.no_requests = number(row, 0).value_or(0);
                        });
}

// LiteLLM drops a row in silence when its request id exists already (litellm issue 28376), while
// its daily sums count the request. Both go by the UTC day of "startTime".
// Cost: an index-only scan of one day's rows, once for each interval, and a look into them when
// there are others than the last time.
void read_audit(Reading& reading) {
  if (!reading.tables.find(kSpendLogTable, {"startTime"}) ||
      !reading.tables.find(kDaily, {"date", "api_requests"})) {
    return;
  }
  AuditedDay& day = reading.memory.audited;
  double rows = 0;
  std::optional<double> daily;
  reading.tables.stream(
      fmt::format("SELECT to_char(day, 'YYYY-MM-DD'), (SELECT count(*) FROM {} WHERE {}),"
                  " (SELECT coalesce(sum(api_requests), 0) FROM {}"
                  "  WHERE date = to_char(day, 'YYYY-MM-DD')) FROM {}",
                  reading.tables.quoted(kSpendLogTable), kOfTheDay, reading.tables.quoted(kDaily),
                  kDay),
      [&](const postgres::CopyRow& row) {
        const std::string date{row.at(0).value_or("")};
        if (date != day.date) {
          day = {.date = date};
        }
        rows = number(row, 1).value_or(0);
        daily = number(row, 2);
      });
  look_into_rows(reading, rows);
  day.most = std::max(day.most, rows - day.no_requests);
  reading.findings.add(kRequests, day.most, {{"source", "spend_log"}});
  reading.findings.add(kRequests, daily, {{"source", "daily"}});
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

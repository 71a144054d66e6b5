// SPDX-License-Identifier: Apache-2.0
#include "subjects/registry.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace litellm_exporter {
namespace {

constexpr Gauge kDeliveries = {.name = "litellm_ledger_deliveries",
                               .help =
                                   "Requests in LiteLLM_SpendLogDelivery that LiteLLM has not "
                                   "booked yet (pending), or gave up "
                                   "booking (parked); estimated above 10000."};
constexpr Gauge kOldestPending = {
    .name = "litellm_ledger_oldest_pending_seconds",
    .help =
        "Age of the oldest request in LiteLLM_SpendLogDelivery that waits to be booked; 0 if none "
        "does."};

constexpr const char* kTable = "LiteLLM_SpendLogDelivery";
constexpr int kMostCounted = 10'000;

// What the planner expects where there are too many to count.
double estimate(postgres::TableAccess& tables, std::string_view state) {
  const postgres::Result rows = tables.snapshot().query(fmt::format(
      "EXPLAIN (FORMAT JSON) SELECT 1 FROM {} WHERE state = '{}'", tables.quoted(kTable), state));
  const auto plan = nlohmann::json::parse(rows[0][0].as<std::string>(), nullptr, false);
  const nlohmann::json::json_pointer expected("/0/Plan/Plan Rows");
  return plan.is_array() && plan.contains(expected) && plan[expected].is_number()
             ? plan[expected].get<double>()
             : 0;
}

// The first of a state in the order of their next attempts, which an index has. One more than are
// counted: then there are too many.
std::string first_of(postgres::TableAccess& tables, std::string_view state) {
  return fmt::format(
      "(SELECT created_at FROM {} WHERE state = '{}' ORDER BY next_attempt_at LIMIT {}) first",
      tables.quoted(kTable), state, kMostCounted + 1);
}

void add_count(Reading& reading, std::string_view state, double counted) {
  const double count =
      counted > kMostCounted ? std::max(counted, estimate(reading.tables, state)) : counted;
  reading.findings.add(kDeliveries, count, {{"state", std::string{state}}});
}

// Since LiteLLM v1.110: a row for each request, deleted a day after it was booked, so that nearly
// all of some million rows are "applied". Those are never looked at. Cost, among a million rows:
// two reads of the index on state and next_attempt_at, 0.1 ms each where nothing waits, 0.6 ms with
// 200 rows that do, 30 ms with 300 000, of which 10 001 are read; while 300 000 entries of rows
// just booked wait for vacuum, 23 ms.
//
// created_at is the clock of LiteLLM's session in that one's time zone: by default the one that
// this role has, too, for the exporter sets another only in its transactions.
void read_accounting(Reading& reading) {
  postgres::TableAccess& tables = reading.tables;
  if (!tables.find(kTable, {"state", "next_attempt_at", "created_at"})) {
    return;
  }
  double pending = 0;
  double age = 0;
  tables.stream(
      fmt::format(
          "SELECT count(*), greatest(extract(epoch FROM now() - min(created_at) AT TIME ZONE"
          " (SELECT reset_val FROM pg_settings WHERE name = 'TimeZone')), 0) FROM {}",
          first_of(tables, "pending")),
      [&](const postgres::CopyRow& row) {
        pending = number(row, 0).value_or(0);
        age = number(row, 1).value_or(0);
      });
  double parked = 0;
  tables.stream(fmt::format("SELECT count(*) FROM {}", first_of(tables, "parked")),
                [&](const postgres::CopyRow& row) { parked = number(row, 0).value_or(0); });
  add_count(reading, "pending", pending);
  add_count(reading, "parked", parked);
  reading.findings.add(kOldestPending, age);
}

}  // namespace

constinit const TableSubject accounting_subject = {
    .info = {.name = "accounting",
             .summary = "requests that LiteLLM has not booked, or could not",
             .source = Source::database},
    .read = read_accounting};

}  // namespace litellm_exporter

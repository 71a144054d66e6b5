// SPDX-License-Identifier: Apache-2.0
#include "spendlog/tables.hpp"
#include "subjects/registry.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace litellm_exporter {
namespace {

constexpr Gauge kBytes = {.name = "litellm_spend_log_bytes",
                          .help = "Size of LiteLLM_SpendLogs with indexes and TOAST."};
constexpr Gauge kOldestRow = {.name = "litellm_spend_log_oldest_row_timestamp_seconds",
                              .help = "startTime of the oldest row of LiteLLM_SpendLogs."};
constexpr Gauge kRowsEstimate = {
    .name = "litellm_spend_log_rows_estimate",
    .help = "Rows of LiteLLM_SpendLogs as the planner estimates them, without counting."};

// The planner knows the size of each partition and how many rows fit a page, also before the first
// ANALYZE, when pg_class.reltuples still says -1.
std::optional<double> estimated_rows(postgres::TableAccess& tables) {
  const postgres::Result rows = tables.snapshot().query(fmt::format(
      R"(EXPLAIN (FORMAT JSON) SELECT "startTime" FROM {})", tables.quoted(kSpendLogTable)));
  const auto plan = nlohmann::json::parse(rows[0][0].as<std::string>(), nullptr, false);
  const nlohmann::json::json_pointer estimate("/0/Plan/Plan Rows");
  return plan.is_array() && plan.contains(estimate) && plan[estimate].is_number()
             ? std::optional<double>{plan[estimate].get<double>()}
             : std::nullopt;
}

void read_spend_log_table(Reading& reading) {
  if (!reading.tables.find(kSpendLogTable, {"startTime"})) {
    return;
  }
  bool empty = true;
  // The oldest row is the first entry of the index on "startTime".
  reading.tables.stream(
      fmt::format("SELECT {}, (SELECT extract(epoch from \"startTime\") FROM {}"
                  "  ORDER BY \"startTime\" LIMIT 1)",
                  log_bytes_sql(reading.tables.snapshot()), reading.tables.quoted(kSpendLogTable)),
      [&](const postgres::CopyRow& row) {
        reading.findings.add(kBytes, number(row, 0));
        reading.findings.add(kOldestRow, number(row, 1));
        empty = !row.at(1);
      });
  // The planner expects ten pages of rows in an empty table.
  reading.findings.add(kRowsEstimate, empty ? 0 : estimated_rows(reading.tables));
}

}  // namespace

constinit const TableSubject spend_log_table_subject = {
    .info = {.name = "spend_log_table",
             .summary = "size, oldest row and estimated rows of the spend log",
             .source = Source::database,
             .interval = std::chrono::minutes(5)},
    .read = read_spend_log_table};

}  // namespace litellm_exporter

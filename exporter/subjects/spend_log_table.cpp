// SPDX-License-Identifier: Apache-2.0
#include "postgres/quote.hpp"
#include "subjects/subjects.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace litellm_exporter {
namespace {

constexpr const char* kLog = "LiteLLM_SpendLogs";

// The planner knows the size of each partition and how many rows fit a page, also before the first
// ANALYZE, when pg_class.reltuples still says -1.
std::optional<double> estimated_rows(postgres::Snapshot& snapshot) {
  const postgres::Result rows = snapshot.query(
      fmt::format(R"(EXPLAIN (FORMAT JSON) SELECT "startTime" FROM {})", snapshot.table(kLog)));
  const auto plan = nlohmann::json::parse(rows[0][0].as<std::string>(), nullptr, false);
  const nlohmann::json::json_pointer estimate("/0/Plan/Plan Rows");
  return plan.is_array() && plan.contains(estimate) && plan[estimate].is_number()
             ? std::optional<double>{plan[estimate].get<double>()}
             : std::nullopt;
}

}  // namespace

void read_spend_log_table(Reading& reading) {
  if (!reading.tables.find(kLog, {"startTime"})) {
    return;
  }
  const std::string table = reading.tables.snapshot().table(kLog);
  bool empty = true;
  // A table without partitions has no partition tree. The oldest row is the first entry of the
  // index on "startTime".
  reading.tables.snapshot().stream(
      fmt::format(
          "SELECT coalesce((SELECT sum(pg_total_relation_size(relid))"
          "  FROM pg_partition_tree({0}::regclass)), pg_total_relation_size({0}::regclass)),"
          " (SELECT extract(epoch from \"startTime\") FROM {1}"
          "  ORDER BY \"startTime\" LIMIT 1)",
          postgres::quote_literal(table), table),
      [&](const postgres::CopyRow& row) {
        reading.findings.add(Gauge::spend_log_bytes, number(row, 0));
        reading.findings.add(Gauge::spend_log_oldest_row, number(row, 1));
        empty = !row.at(1);
      });
  // Of an empty table the planner expects ten pages of rows.
  reading.findings.add(Gauge::spend_log_rows_estimate,
                       empty ? 0 : estimated_rows(reading.tables.snapshot()));
}

}  // namespace litellm_exporter

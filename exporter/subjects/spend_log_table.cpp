// SPDX-License-Identifier: Apache-2.0
#include "subjects/subjects.hpp"

#include <nlohmann/json.hpp>

namespace litellm_exporter {
namespace {

constexpr const char* kLog = "LiteLLM_SpendLogs";

// The planner knows the size of each partition and how many rows fit a page, also before the first
// ANALYZE, when pg_class.reltuples still says -1.
std::optional<double> estimated_rows(postgres::Snapshot& snapshot) {
  const pqxx::result rows =
      snapshot.query(R"(EXPLAIN (FORMAT JSON) SELECT "startTime" FROM "LiteLLM_SpendLogs")");
  const auto plan = nlohmann::json::parse(rows[0][0].as<std::string>(), nullptr, false);
  const nlohmann::json::json_pointer estimate("/0/Plan/Plan Rows");
  return plan.is_array() && plan.contains(estimate) && plan[estimate].is_number()
             ? std::optional<double>{plan[estimate].get<double>()}
             : std::nullopt;
}

}  // namespace

void read_spend_log_table(Reading& reading) {
  if (!reading.table(kLog, {"startTime"})) {
    return;
  }
  bool empty = true;
  // A table without partitions has no partition tree. The oldest row is the first entry of the
  // index on "startTime".
  reading.snapshot.stream(
      "SELECT coalesce((SELECT sum(pg_total_relation_size(relid))"
      "  FROM pg_partition_tree('\"LiteLLM_SpendLogs\"')),"
      "  pg_total_relation_size('\"LiteLLM_SpendLogs\"')),"
      " (SELECT extract(epoch from \"startTime\") FROM \"LiteLLM_SpendLogs\""
      "  ORDER BY \"startTime\" LIMIT 1)",
      [&](const postgres::CopyRow& row) {
        reading.findings.add(Gauge::spend_log_bytes, number(row, 0));
        reading.findings.add(Gauge::spend_log_oldest_row, number(row, 1));
        empty = !row.at(1);
      });
  // Of an empty table the planner expects ten pages of rows.
  reading.findings.add(Gauge::spend_log_rows_estimate,
                       empty ? 0 : estimated_rows(reading.snapshot));
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "doctor/ledger.hpp"

#include "postgres/table.hpp"
#include "spendlog/row_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>

namespace litellm_exporter::doctor {
namespace {

// Of the newest that were booked, how many the log has; empty if there are none.
std::string newest_rows(postgres::Snapshot& snapshot) {
  constexpr int kMost = 200;
  const postgres::Result rows = snapshot.query(
      fmt::format("SELECT count(*) FILTER (WHERE ok), count(*) FILTER (WHERE ok AND logged),"
                  " count(*) FILTER (WHERE NOT ok), count(*) FILTER (WHERE NOT ok AND logged)"
                  " FROM (SELECT accounting_payload ->> 'status' IS DISTINCT FROM 'failure' AS ok,"
                  "  EXISTS (SELECT FROM {} l WHERE l.request_id = d.request_id) AS logged"
                  "  FROM {} d WHERE state = 'applied' ORDER BY applied_at DESC LIMIT {}) newest",
                  snapshot.table(kSpendLogTable), snapshot.table(ledger_table().name), kMost));
  const auto count = [&](std::size_t column) { return rows[0][column].as<long>(0); };
  if (count(0) + count(2) == 0) {
    return {};
  }
  return fmt::format(
      "of its newest {} successes the spend log has {}, of {} failures {}; the rest is counted "
      "from "
      "here",
      count(0), count(1), count(2), count(3));
}

}  // namespace

bool examine_ledger(postgres::Snapshot& snapshot, const Config& config, Report& report) {
  const RowTable& about = ledger_table();
  if (config.spend_log.source == Config::SpendLog::Source::log) {
    report.ok("ledger", "not read: spend_log.source is log");
    return false;
  }
  const postgres::Table table = postgres::look_at_table(snapshot, about.name);
  if (!table.exists) {
    report.ok("ledger", "this LiteLLM has none");
    return false;
  }
  if (const auto missing = missing_essentials(about, table); !missing.empty()) {
    report.warning("ledger",
                   fmt::format("\"{}\" cannot be read without {}: requests that LiteLLM does not "
                               "log are not counted",
                               about.name, fmt::join(missing, ", ")),
                   "run role.sql again as the owner of LiteLLM's tables");
    return false;
  }
  const std::string rows = newest_rows(snapshot);
  report.ok("ledger", rows.empty() ? "is empty" : rows);
  return !rows.empty();
}

}  // namespace litellm_exporter::doctor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"
#include "spendlog/columns.hpp"
#include "spendlog/horizons.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace litellm_exporter {

// How one of the columns of LogColumn is had from a table.
struct Selected {
  // The table's column that must be readable.
  std::string_view needs;
  // The SQL that is selected; r is the row, m its document.
  std::string_view expression;
  // The feature that its absence switches off; empty if nothing is lost, or another column has it.
  std::string_view loses;
};

// A table of LiteLLM's with one row for each request, as the tail reads it. Constants.
struct RowTable {
  const char* name;
  // In the log.
  const char* called;
  // The column that tells rows apart.
  const char* key;
  // The column of JSON in which most of the columns are paths.
  const char* document;
  // Without these columns nothing can be counted.
  std::vector<std::string_view> essentials;
  const EnumArray<LogColumn, Selected>& columns;
  // The conditions of a time in [from, to): each by an index, and no row fulfils two of them.
  std::vector<std::string> (*within)(Micros from, Micros to);
  // The statement that gives the newest time that is not later than `until`, in microseconds, by an
  // index. `table` is the full name.
  std::string (*newest)(const std::string& table, Micros until);
  // The expression of a row's time, in microseconds.
  std::string_view time;
  // Only for a table whose rows are updated after they are written, so that their time moves
  // forward: the expression of when a row was written, in microseconds. What was written before the
  // floor has been read. Empty for a table whose rows stay where they are.
  std::string_view filed = {};

  bool moves() const noexcept { return !filed.empty(); }
};

// "LiteLLM_SpendLogs": a row's time is "startTime", in UTC.
const RowTable& spend_log_table();
// "LiteLLM_SpendLogDelivery", the ledger of LiteLLM's accounting: each accounted request, also
// those that are not written to the log. A row's time is that of its last change by the clock of
// LiteLLM's sessions, in their zone. Since LiteLLM 1.110, which writes a row of the log and the
// ledger's row of the same request in one transaction (insert_with_deliveries), adds it to all sums
// in one (apply_pending), and deletes it a day later:
// https://github.com/BerriAI/litellm/blob/main/litellm/repositories/accounting_delivery_repository.py
const RowTable& ledger_table();

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "doctor/sums.hpp"

#include "collectors/sums_reader.hpp"
#include "poll/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <vector>

namespace litellm_exporter::doctor {

bool examine_sums(postgres::Snapshot& snapshot, const Config& config, Report& report) {
  using Source = Config::SpendLog::Source;
  const Source source = config.spend_log.source;
  if (source == Source::log || source == Source::ledger) {
    report.ok("daily sums", "not counted from: spend_log.source says so");
    return false;
  }
  postgres::NotedGaps gaps;
  postgres::TableAccess tables(snapshot, config.limits.label_bytes, gaps);
  std::vector<std::string> there;
  std::optional<std::string> refusal;
  bool whole = false;
  for (const SumTable table : sum_tables(config)) {
    try {
      if (look_at_sums(tables, table).filled) {
        there.emplace_back(name_of(table));
        whole = whole || table == SumTable::user_spend;
      }
    } catch (const PollError& e) {
      refusal = e.what();
    }
  }
  if (refusal) {
    report.warning("daily sums", *refusal + ": what becomes a row nowhere is not counted",
                   "run role.sql again as the owner of LiteLLM's tables");
  } else if (!whole) {
    report.ok("daily sums", "this LiteLLM has none: what it does not log is not counted");
  } else {
    report.ok("daily sums",
              fmt::format("what becomes a row nowhere is counted from {}", fmt::join(there, ", ")));
  }
  return whole && !refusal;
}

}  // namespace litellm_exporter::doctor

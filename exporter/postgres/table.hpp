// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/gap.hpp"

#include <set>
#include <string>

namespace litellm_exporter {

// The table by which LiteLLM's schema is found, and whose rows are counted.
inline constexpr const char* kSpendLogTable = "LiteLLM_SpendLogs";

}  // namespace litellm_exporter

namespace litellm_exporter::postgres {

class Snapshot;

// The part of one table that this role can see: LiteLLM's schema differs by version, its table may
// be partitioned, and the role may lack rights on some columns.
struct Table {
  std::string name;
  bool exists = false;
  bool partitioned = false;
  // Row security: policies filter what the role sees, and whether one of them shows it every row.
  bool filtered = false;
  bool shown_whole = false;
  std::set<std::string> readable;
  // There, but without the right to SELECT them.
  std::set<std::string> forbidden;

  bool can_read(const std::string& column) const { return readable.contains(column); }
  // What a poll does without if it needs this column, or, by default, the whole table. For what
  // cannot be read.
  Gap gap(const std::string& column = {}) const;
  bool hides_rows() const { return filtered && !shown_whole; }
  bool operator==(const Table&) const = default;
};

// Looks at one of LiteLLM's tables; `name` is a constant of ours. Reads the catalog only. Throws
// PollError.
Table look_at_table(Snapshot& snapshot, const std::string& name);

// The same for whoever goes on to read the table: throws PollError with Reason::permission if row
// security hides rows of it, for numbers without them would look right.
Table describe_table(Snapshot& snapshot, const std::string& name);

}  // namespace litellm_exporter::postgres

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/error.hpp"
#include "poll/gap.hpp"
#include "postgres/copy_row.hpp"
#include "postgres/table.hpp"

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace litellm_exporter::postgres {

class Snapshot;

// The failure of what cannot do without the column.
PollError gap_error(const Gap& gap);

// What a poll does without.
struct NotedGaps {
  Gaps all;
  // Those of them that need no line in the log: nothing depends on them yet, or a failure tells.
  Gaps quiet;
};

// LiteLLM's tables as one snapshot and this role show them; notes what is missing. Does not outlive
// the snapshot and the notes.
class TableAccess {
 public:
  // Labels are cut to `label_bytes`.
  TableAccess(Snapshot& snapshot, std::size_t label_bytes, NotedGaps& noted)
      : snapshot_(snapshot), label_bytes_(label_bytes), noted_(noted) {}

  Snapshot& snapshot() const noexcept { return snapshot_; }
  // A table with its schema, as it is written in SQL.
  std::string quoted(const char* name) const;
  // Streams the rows of a SELECT. Throws PollError.
  void stream(const std::string& sql, const std::function<void(const CopyRow&)>& each);

  // Looks a table up. Nothing if it does not exist: an older LiteLLM, noted as a gap. Throws
  // PollError if one of the `needed` columns cannot be read, or if row security hides rows.
  std::optional<Table> find(const char* name, std::initializer_list<const char*> needed);
  // The same for a table that can be done without, of which nothing is noted yet.
  Table describe(const char* name) const { return describe_table(snapshot_, name); }
  // Whether the column can be read; one that cannot is noted.
  bool can_read(const Table& table, const char* column);

  void note(const Gap& gap) { noted_.all.insert(gap); }
  void note_quietly(const Gap& gap);

  // Text from a table, fit for a label.
  std::string label(std::string_view text) const;
  // The same of a column; empty for NULL.
  std::string label(const CopyRow& row, std::size_t column) const;

 private:
  Snapshot& snapshot_;
  std::size_t label_bytes_;
  NotedGaps& noted_;
};

}  // namespace litellm_exporter::postgres

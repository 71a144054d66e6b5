// SPDX-License-Identifier: Apache-2.0
#include "postgres/table_access.hpp"

#include "base/text.hpp"
#include "postgres/session.hpp"

#include <fmt/format.h>

namespace litellm_exporter::postgres {

PollError gap_error(const Gap& gap) {
  const bool forbidden = gap.why == Gap::Why::no_right;
  return {
      forbidden ? Reason::permission : Reason::schema,
      fmt::format(R"("{}"."{}": {}{})", gap.table, gap.column, litellm_exporter::describe(gap.why),
                  forbidden ? "; run role.sql again" : "")};
}

std::string TableAccess::quoted(const char* name) const { return snapshot_.table(name); }

void TableAccess::stream(const std::string& sql, const std::function<void(const CopyRow&)>& each) {
  snapshot_.stream(sql, each);
}

std::optional<Table> TableAccess::find(const char* name,
                                       std::initializer_list<const char*> needed) {
  Table table = describe(name);
  if (!table.exists) {
    note(table.gap());
    return std::nullopt;
  }
  for (const char* column : needed) {
    if (!table.can_read(column)) {
      const Gap gap = table.gap(column);
      note_quietly(gap);
      throw gap_error(gap);
    }
  }
  return table;
}

bool TableAccess::can_read(const Table& table, const char* column) {
  const bool readable = table.can_read(column);
  if (!readable) {
    note(table.gap(column));
  }
  return readable;
}

void TableAccess::note_quietly(const Gap& gap) {
  note(gap);
  noted_.quiet.insert(gap);
}

std::string TableAccess::label(std::string_view text) const {
  return clean_label(trim(text), label_bytes_);
}

std::string TableAccess::label(const CopyRow& row, std::size_t column) const {
  return label(row.at(column).value_or(""));
}

}  // namespace litellm_exporter::postgres

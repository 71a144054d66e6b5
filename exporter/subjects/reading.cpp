// SPDX-License-Identifier: Apache-2.0
#include "subjects/reading.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace litellm_exporter {

namespace {

std::string no_table(const char* name) { return fmt::format("{} (no such table)", name); }

std::string no_column(const postgres::Table& table, const char* name, const char* column) {
  return fmt::format("{}.{} ({})", name, column,
                     table.forbidden.contains(column) ? "no right to read it" : "no such column");
}

}  // namespace

std::optional<postgres::Table> Reading::table(const char* name,
                                              std::initializer_list<const char*> needed) {
  postgres::Table found = describe_table(snapshot, name);
  if (!found.exists) {
    gaps.all.insert(no_table(name));
    return std::nullopt;
  }
  for (const char* column : needed) {
    if (!found.can_read(column)) {
      const bool forbidden = found.forbidden.contains(column);
      gaps.all.insert(no_column(found, name, column));
      gaps.quiet.insert(no_column(found, name, column));
      throw PollError(
          forbidden ? Reason::permission : Reason::schema,
          fmt::format(R"("{}"."{}": {})", name, column,
                      forbidden ? "no right to read it; run role.sql again" : "no such column"));
    }
  }
  return found;
}

bool Reading::can_read(const postgres::Table& table, const char* name, const char* column) {
  if (!table.can_read(column)) {
    gaps.all.insert(table.exists ? no_column(table, name, column) : no_table(name));
  }
  return table.can_read(column);
}

void Reading::attempt(const std::function<void()>& part) {
  try {
    part();
  } catch (const PollError& e) {
    if (!failure) {
      failure = e;
    }
  }
}

std::string Reading::label(const postgres::CopyRow& row, std::size_t column) const {
  return clean_label(trim(row.at(column).value_or("")), config.limits.label_bytes);
}

std::optional<double> number(const postgres::CopyRow& row, std::size_t column) {
  return row.at(column) ? parse_number(*row.at(column)) : std::nullopt;
}

bool is_true(const postgres::CopyRow& row, std::size_t column) { return row.at(column) == "t"; }

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "spendlog/columns.hpp"

#include "base/enum_array.hpp"
#include "postgres/quote.hpp"
#include "spendlog/row_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace litellm_exporter {
namespace {

constexpr const char* kNothing = "NULL";

// A list with the text of each path; null where it is absent, false where it is no single value.
std::string of_dimensions(const std::vector<std::string>& dimensions) {
  std::string list;
  for (const std::string& dimension : dimensions) {
    std::string path = dimension;
    std::ranges::replace(path, '.', ',');
    const std::string value = "m #> " + postgres::quote_literal("{" + path + "}");
    list += fmt::format(
        "{0}CASE WHEN jsonb_typeof({1}) IN ('object', 'array') THEN 'false'::jsonb"
        " ELSE to_jsonb(left(({1}) #>> '{{}}', 1000)) END",
        list.empty() ? "" : ", ", value);
  }
  return list.empty() ? "NULL" : fmt::format("jsonb_build_array({})::text", list);
}

template <typename Predicate>
std::string describe_lost(const RowTable& about, const Predicate& is_missing) {
  std::string text;
  for (const Selected& selected : about.columns) {
    if (!selected.loses.empty() && is_missing(std::string{selected.needs})) {
      text += fmt::format("{}{}", text.empty() ? "" : ", ", selected.loses);
    }
  }
  return text;
}

}  // namespace

std::string select_rows(const RowTable& about, const postgres::Table& table,
                        const Selection& selection, const std::string& condition) {
  std::string list;
  std::set<std::string_view> inner;
  for (const LogColumn column : kEnumerators<LogColumn>) {
    const Selected& selected = about.columns[column];
    std::string text{selected.expression};
    if (!table.can_read(std::string{selected.needs}) ||
        (column == LogColumn::logged && selection.log.empty())) {
      text = kNothing;
    } else if (column == LogColumn::logged) {
      text = fmt::format(fmt::runtime(text), selection.log);
    } else if (column == LogColumn::dimensions) {
      text = fmt::format(fmt::runtime(text), of_dimensions(selection.dimensions));
    }
    if (text != kNothing && selected.needs != about.document) {
      inner.insert(selected.needs);
    }
    list += (list.empty() ? "" : ", ") + text;
  }
  std::string columns;
  for (const std::string_view column : inner) {
    columns += fmt::format("\"{}\", ", column);
  }
  // The document is large and stored compressed, and every path taken from it would unpack it
  // again: 60 microseconds a row were measured. `|| '{}'` in a subquery that the planner may not
  // flatten (OFFSET 0) unpacks it once: 9 microseconds.
  const std::string document = table.can_read(about.document)
                                   ? fmt::format("{} || '{{}}'::jsonb", about.document)
                                   : "NULL::jsonb";
  return fmt::format("SELECT {} FROM (SELECT {}{} AS m FROM {} WHERE {} OFFSET 0) r", list, columns,
                     document, selection.from, condition);
}

std::vector<std::string> missing_essentials(const RowTable& about, const postgres::Table& table) {
  std::vector<std::string> missing;
  for (const std::string_view column : about.essentials) {
    if (!table.can_read(std::string{column})) {
      missing.emplace_back(column);
    }
  }
  return missing;
}

std::string describe_gaps(const RowTable& about, const postgres::Table& table) {
  return describe_lost(about, [&](const std::string& column) { return !table.can_read(column); });
}

std::string describe_forbidden(const RowTable& about, const postgres::Table& table) {
  return describe_lost(about,
                       [&](const std::string& column) { return table.forbidden.contains(column); });
}

Gaps find_gaps(const RowTable& about, const postgres::Table& table) {
  Gaps gaps;
  const auto look_at = [&](std::string_view column) {
    if (!table.can_read(std::string{column})) {
      gaps.insert(table.gap(std::string{column}));
    }
  };
  for (const Selected& selected : about.columns) {
    look_at(selected.needs);
  }
  look_at("xmin");
  return gaps;
}

}  // namespace litellm_exporter

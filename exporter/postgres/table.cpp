// SPDX-License-Identifier: Apache-2.0
#include "postgres/table.hpp"

#include "poll/error.hpp"
#include "postgres/quote.hpp"
#include "postgres/session.hpp"

#include <fmt/format.h>

namespace litellm_exporter::postgres {
namespace {

// A policy that applies to this role lets it SELECT every row, and no other takes some away.
constexpr const char* kShownWhole =
    "WITH applies AS (SELECT polpermissive, pg_get_expr(polqual, polrelid) AS condition"
    "  FROM pg_policy WHERE polrelid = {0}::regclass AND polcmd IN ('r', '*')"
    "  AND EXISTS (SELECT FROM unnest(polroles) r"
    "   WHERE CASE WHEN r = 0 THEN true ELSE pg_has_role(r, 'USAGE') END))"
    " SELECT coalesce(bool_or(polpermissive AND condition = 'true'), false)"
    "  AND NOT coalesce(bool_or(NOT polpermissive AND condition <> 'true'), false) FROM applies";

void look_at_policies(Snapshot& snapshot, const std::string& name, Table& table) {
  const std::string literal = quote_literal(snapshot.table(name));
  std::string refusal;
  const auto active =
      snapshot.try_query(fmt::format("SELECT row_security_active({}::regclass)", literal), refusal);
  table.filtered = !active || (*active)[0][0].as<bool>();
  if (table.filtered) {
    table.shown_whole = snapshot.query(fmt::format(kShownWhole, literal))[0][0].as<bool>();
  }
}

}  // namespace

Gap Table::gap(const std::string& column) const {
  if (!exists) {
    return {name, {}, Gap::Why::no_table};
  }
  const bool no_right = column.empty() || forbidden.contains(column);
  return {name, column, no_right ? Gap::Why::no_right : Gap::Why::no_column};
}

Table look_at_table(Snapshot& snapshot, const std::string& name) {
  // Rights on the system column xmin are granted like any other column's.
  const Result rows = snapshot.query(fmt::format(
      "SELECT a.attname, c.relkind = 'p', has_column_privilege(c.oid, a.attnum, 'SELECT'),"
      " c.relrowsecurity"
      " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
      " JOIN pg_namespace n ON n.oid = c.relnamespace"
      " WHERE n.nspname = {} AND c.relname = {} AND NOT a.attisdropped"
      " AND has_schema_privilege(n.oid, 'USAGE')"
      " AND (a.attnum > 0 OR a.attname = 'xmin')",
      quote_literal(snapshot.schema()), quote_literal(name)));
  Table table;
  table.name = name;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    table.exists = true;
    table.partitioned = rows[i][1].as<bool>();
    table.filtered = rows[i][3].as<bool>();
    (rows[i][2].as<bool>() ? table.readable : table.forbidden).insert(rows[i][0].as<std::string>());
  }
  if (table.filtered) {
    look_at_policies(snapshot, name, table);
  }
  return table;
}

Table describe_table(Snapshot& snapshot, const std::string& name) {
  Table table = look_at_table(snapshot, name);
  if (table.hides_rows()) {
    throw PollError(
        Reason::permission,
        fmt::format("row security hides rows of \"{0}\" from this role: as its owner, CREATE "
                    "POLICY exporter ON \"{0}\" FOR SELECT TO the role USING (true)",
                    name));
  }
  if (table.filtered) {
    snapshot.accept_row_security();
  }
  return table;
}

}  // namespace litellm_exporter::postgres

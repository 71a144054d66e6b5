// SPDX-License-Identifier: Apache-2.0
#include "postgres/catalog.hpp"

#include "postgres/session.hpp"

#include <fmt/format.h>

namespace litellm_exporter::postgres {

Table describe_table(Snapshot& snapshot, const std::string& name) {
  // Rights on the system column xmin are granted like any other column's. Table names are our
  // own constants, never input.
  const pqxx::result rows = snapshot.query(fmt::format(
      "SELECT a.attname, c.relkind = 'p', has_column_privilege(c.oid, a.attnum, 'SELECT')"
      " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
      " WHERE c.oid = to_regclass('\"{}\"') AND NOT a.attisdropped"
      " AND (a.attnum > 0 OR a.attname = 'xmin')",
      name));
  Table table;
  for (const pqxx::row& row : rows) {
    table.exists = true;
    table.partitioned = row[1].as<bool>();
    (row[2].as<bool>() ? table.readable : table.forbidden).insert(row[0].as<std::string>());
  }
  return table;
}

}  // namespace litellm_exporter::postgres

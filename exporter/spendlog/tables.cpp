// SPDX-License-Identifier: Apache-2.0
#include "spendlog/tables.hpp"

#include "postgres/quote.hpp"
#include "postgres/session.hpp"
#include "spendlog/position.hpp"
#include "spendlog/row_table.hpp"

#include <fmt/format.h>

namespace litellm_exporter {

std::set<std::uint32_t> read_tables(postgres::Snapshot& snapshot, const RowTable& about) {
  // pg_partition_tree() would do; the catalog is what no server refuses.
  const postgres::Result rows = snapshot.query(
      fmt::format("WITH RECURSIVE tree(relid) AS ("
                  " SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                  "  WHERE n.nspname = {} AND c.relname = {}"
                  " UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON i.inhparent = relid)"
                  " SELECT relid FROM tree",
                  postgres::quote_literal(snapshot.schema()), postgres::quote_literal(about.name)));
  std::set<std::uint32_t> tables;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    tables.insert(rows[i][0].as<std::uint32_t>());
  }
  return tables;
}

Micros newest_time(postgres::Snapshot& snapshot, const RowTable& about, Micros until) {
  const postgres::Result rows = snapshot.query(about.newest(snapshot.table(about.name), until));
  const Micros newest = rows.empty() ? 0 : rows[0][0].as<Micros>(0);
  // A server may say anything of its own condition: only a time in the past counts.
  return newest > 0 && newest <= until ? newest : 0;
}

Micros default_zone(postgres::Snapshot& snapshot) {
  // Our own setting lasts until the end of the transaction.
  const postgres::Result rows = snapshot.query(
      "SELECT (extract(epoch FROM (now() AT TIME ZONE s.reset_val) - (now() AT TIME ZONE 'UTC'))"
      " * 1000000)::bigint FROM pg_settings s WHERE s.name = 'TimeZone'");
  return rows.empty() ? 0 : rows[0][0].as<Micros>(0);
}

std::string log_bytes_sql(const postgres::Snapshot& snapshot) {
  // A table without partitions has no partition tree.
  return fmt::format(
      "coalesce((SELECT sum(pg_total_relation_size(relid))"
      "  FROM pg_partition_tree({0}::regclass)), pg_total_relation_size({0}::regclass))",
      postgres::quote_literal(snapshot.table(kSpendLogTable)));
}

}  // namespace litellm_exporter

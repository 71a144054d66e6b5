// SPDX-License-Identifier: Apache-2.0
#include "spendlog/tables.hpp"

#include "postgres/quote.hpp"
#include "postgres/session.hpp"
#include "spendlog/columns.hpp"
#include "spendlog/position.hpp"

#include <fmt/format.h>

namespace litellm_exporter {

std::set<std::uint32_t> read_tables(postgres::Snapshot& snapshot) {
  // pg_partition_tree() would do; the catalog is what no server refuses.
  const postgres::Result rows = snapshot.query(fmt::format(
      "WITH RECURSIVE tree(relid) AS ("
      " SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
      "  WHERE n.nspname = {} AND c.relname = {}"
      " UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON i.inhparent = relid)"
      " SELECT relid FROM tree",
      postgres::quote_literal(snapshot.schema()), postgres::quote_literal(kSpendLogTable)));
  std::set<std::uint32_t> tables;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    tables.insert(rows[i][0].as<std::uint32_t>());
  }
  return tables;
}

Micros newest_start(postgres::Snapshot& snapshot, Micros now) {
  const postgres::Result rows = snapshot.query(
      fmt::format("SELECT (extract(epoch FROM \"startTime\") * 1000000)::bigint FROM {}"
                  " WHERE \"startTime\" <= {} ORDER BY \"startTime\" DESC LIMIT 1",
                  snapshot.table(kSpendLogTable), timestamp_literal(now)));
  const Micros newest = rows.empty() ? 0 : rows[0][0].as<Micros>(0);
  // A server may say anything of its own condition: only a time in the past counts.
  return newest > 0 && newest <= now ? newest : 0;
}

std::string log_bytes_sql(const postgres::Snapshot& snapshot) {
  // A table without partitions has no partition tree.
  return fmt::format(
      "coalesce((SELECT sum(pg_total_relation_size(relid))"
      "  FROM pg_partition_tree({0}::regclass)), pg_total_relation_size({0}::regclass))",
      postgres::quote_literal(snapshot.table(kSpendLogTable)));
}

}  // namespace litellm_exporter

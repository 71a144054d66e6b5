// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

namespace litellm_exporter::postgres {

class Snapshot;

// What this role can see of one table: LiteLLM's schema differs by version, its table may be
// partitioned, and the role may lack rights on some columns.
struct Table {
  bool exists = false;
  bool partitioned = false;
  std::set<std::string> readable;
  // There, but without the right to SELECT them.
  std::set<std::string> forbidden;

  bool can_read(const std::string& column) const { return readable.contains(column); }
  bool operator==(const Table&) const = default;
};

// Looks the table up along the search_path. Reads the catalogue only.
Table describe_table(Snapshot& snapshot, const std::string& name);

}  // namespace litellm_exporter::postgres

// SPDX-License-Identifier: Apache-2.0
#include "names/directory.hpp"

#include "names/key_id.hpp"
#include "postgres/copy_row.hpp"
#include "postgres/table_access.hpp"

#include <fmt/format.h>

#include <functional>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace litellm_exporter {
namespace {

using postgres::CopyRow;
using postgres::TableAccess;

constexpr std::string_view kEveryRow = "true";
constexpr std::string_view kNewRows =
    "created_at >= (now() AT TIME ZONE 'UTC') - interval '10 minutes'";

// Streams the columns of a table; the first is the id and must be readable, others may be NULL.
void read(TableAccess& tables, const char* name, std::initializer_list<const char*> columns,
          const std::function<void(const CopyRow&)>& each, std::string_view condition = kEveryRow) {
  const postgres::Table table = tables.describe(name);
  if (!table.can_read(*columns.begin()) ||
      (condition == kNewRows && !table.can_read("created_at"))) {
    tables.note(table.gap());
    return;
  }
  std::string list;
  for (const char* column : columns) {
    list += list.empty() ? "" : ", ";
    list += tables.can_read(table, column) ? fmt::format("\"{}\"", column) : "NULL";
  }
  tables.stream(fmt::format("SELECT {} FROM {} WHERE {}", list, tables.quoted(name), condition),
                each);
}

// Tokens with alias and team. One of unknown shape may be a raw key: rows that carry it count as of
// an unknown key. A login to LiteLLM's own pages is a key for a day, of which nobody wants series
// for ever.
void read_keys(TableAccess& tables, const char* table, bool live, Directory& directory,
               std::string_view condition = kEveryRow) {
  read(
      tables, table, {"token", "key_alias", "team_id"},
      [&](const CopyRow& row) {
        if (const KeyName key = key_name(row.at(0).value_or("")); key.is_hash) {
          const std::string team = tables.label(row, 2);
          directory.keys[key.name] = {tables.label(row, 1), team,
                                      live && team != "litellm-dashboard"};
        }
      },
      condition);
}

void read_teams(TableAccess& tables, Directory& directory) {
  read(tables, "LiteLLM_DeletedTeamTable", {"team_id", "team_alias"},
       [&](const CopyRow& row) { directory.teams[tables.label(row, 0)] = tables.label(row, 1); });
  read(tables, "LiteLLM_TeamTable", {"team_id", "team_alias"}, [&](const CopyRow& row) {
    const std::string id = tables.label(row, 0);
    directory.teams[id] = tables.label(row, 1);
    directory.live_teams.insert(id);
  });
}

void read_aliases(TableAccess& tables, const char* table, const char* id, const char* alias,
                  std::unordered_map<std::string, std::string>& names) {
  read(tables, table, {id, alias},
       [&](const CopyRow& row) { names[tables.label(row, 0)] = tables.label(row, 1); });
}

void read_names(TableAccess& tables, const char* table, const char* column,
                std::unordered_set<std::string>& names) {
  read(tables, table, {column}, [&](const CopyRow& row) { names.insert(tables.label(row, 0)); });
}

}  // namespace

Directory load_directory(postgres::Snapshot& snapshot, std::size_t label_bytes, Gaps& gaps) {
  Directory directory;
  postgres::NotedGaps noted;
  TableAccess tables(snapshot, label_bytes, noted);
  // The live table last: a key that was deleted and made again is alive.
  read_keys(tables, "LiteLLM_DeletedVerificationToken", false, directory);
  read_keys(tables, "LiteLLM_VerificationToken", true, directory);
  read_teams(tables, directory);
  read_aliases(tables, "LiteLLM_OrganizationTable", "organization_id", "organization_alias",
               directory.organizations);
  read_aliases(tables, "LiteLLM_ProjectTable", "project_id", "project_alias", directory.projects);
  read_aliases(tables, "LiteLLM_AgentsTable", "agent_id", "agent_name", directory.agents);
  read_names(tables, "LiteLLM_TagTable", "tag_name", directory.tags);
  read_names(tables, "LiteLLM_ProxyModelTable", "model_name", directory.models);
  gaps = std::move(noted.all);
  return directory;
}

void add_new_keys(postgres::Snapshot& snapshot, std::size_t label_bytes, Directory& directory) {
  postgres::NotedGaps noted;
  TableAccess tables(snapshot, label_bytes, noted);
  read_keys(tables, "LiteLLM_VerificationToken", true, directory, kNewRows);
}

}  // namespace litellm_exporter

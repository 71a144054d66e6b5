// SPDX-License-Identifier: Apache-2.0
#include "names/directory.hpp"

#include "base/text.hpp"
#include "names/closed_sets.hpp"
#include "postgres/copy_row.hpp"
#include "postgres/session.hpp"
#include "postgres/table.hpp"

#include <fmt/format.h>

#include <functional>
#include <initializer_list>

namespace litellm_exporter {
namespace {

class Reader {
 public:
  Reader(postgres::Snapshot& snapshot, std::size_t label_bytes)
      : snapshot_(snapshot), label_bytes_(label_bytes) {}

  // Streams the columns of a table; the first is the id and must be readable, others may be NULL.
  bool read(const char* name, std::initializer_list<const char*> columns,
            const std::function<void(const postgres::CopyRow&)>& each,
            const std::string& condition = "true") {
    const postgres::Table table = describe_table(snapshot_, name);
    if (!table.can_read(*columns.begin()) ||
        (condition != "true" && !table.can_read("created_at"))) {
      gaps_.insert(
          fmt::format("{} ({})", name, table.exists ? "no right to read it" : "no such table"));
      return false;
    }
    std::string list;
    for (const char* column : columns) {
      list += list.empty() ? "" : ", ";
      if (table.can_read(column)) {
        list += fmt::format("\"{}\"", column);
      } else {
        list += "NULL";
        gaps_.insert(fmt::format(
            "{}.{} ({})", name, column,
            table.forbidden.contains(column) ? "no right to read it" : "no such column"));
      }
    }
    snapshot_.stream(
        fmt::format("SELECT {} FROM {} WHERE {}", list, snapshot_.table(name), condition), each);
    return true;
  }

  // Tokens with alias and team. One of unknown shape may be a raw key: rows that carry it count as
  // of an unknown key. A login to LiteLLM's own pages is a key for a day, of which nobody wants
  // series for ever.
  bool read_keys(const char* table, bool live, Directory& directory,
                 const std::string& condition = "true") {
    return read(
        table, {"token", "key_alias", "team_id"},
        [&](const postgres::CopyRow& row) {
          if (const KeyName key = key_name(row.at(0).value_or("")); key.is_hash) {
            const std::string team = label(row, 2);
            directory.keys[key.name] = {label(row, 1), team, live && team != "litellm-dashboard"};
          }
        },
        condition);
  }

  std::string label(const postgres::CopyRow& row, std::size_t column) const {
    return clean_label(trim(row.at(column).value_or("")), label_bytes_);
  }
  const std::set<std::string>& gaps() const { return gaps_; }

 private:
  postgres::Snapshot& snapshot_;
  std::size_t label_bytes_;
  std::set<std::string> gaps_;
};

void read_teams(Reader& reader, Directory& directory) {
  reader.read("LiteLLM_DeletedTeamTable", {"team_id", "team_alias"},
              [&](const postgres::CopyRow& row) {
                directory.teams[reader.label(row, 0)] = reader.label(row, 1);
              });
  reader.read("LiteLLM_TeamTable", {"team_id", "team_alias"}, [&](const postgres::CopyRow& row) {
    const std::string id = reader.label(row, 0);
    directory.teams[id] = reader.label(row, 1);
    directory.live_teams.insert(id);
  });
}

}  // namespace

Directory load_directory(postgres::Snapshot& snapshot, std::size_t label_bytes,
                         std::set<std::string>& gaps) {
  Directory directory;
  Reader reader(snapshot, label_bytes);
  // The live table last: a key that was deleted and made again is alive.
  reader.read_keys("LiteLLM_DeletedVerificationToken", false, directory);
  reader.read_keys("LiteLLM_VerificationToken", true, directory);
  read_teams(reader, directory);
  const auto read_names = [&](const char* table, const char* column,
                              std::unordered_set<std::string>& names) {
    reader.read(table, {column},
                [&](const postgres::CopyRow& row) { names.insert(reader.label(row, 0)); });
  };
  read_names("LiteLLM_TagTable", "tag_name", directory.tags);
  read_names("LiteLLM_ProxyModelTable", "model_name", directory.models);
  gaps = reader.gaps();
  return directory;
}

void add_new_keys(postgres::Snapshot& snapshot, std::size_t label_bytes, Directory& directory) {
  Reader reader(snapshot, label_bytes);
  reader.read_keys("LiteLLM_VerificationToken", true, directory,
                   "created_at >= (now() AT TIME ZONE 'UTC') - interval '10 minutes'");
}

}  // namespace litellm_exporter

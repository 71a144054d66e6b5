// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/gap.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace litellm_exporter {

namespace postgres {
class Snapshot;
}

// Names that LiteLLM's own tables vouch for: whose they are, and which labels are genuine.
// Belongs to the thread that polls the database.
struct Directory {
  struct Key {
    std::string alias;
    std::string team;
    // False once the key was deleted, and of a login session: its rows still need its alias.
    bool live = true;
  };

  // By hash, as in LiteLLM_VerificationToken.token; raw keys that stand there are left out.
  std::unordered_map<std::string, Key> keys;
  // Team id to alias, deleted teams included.
  std::unordered_map<std::string, std::string> teams;
  std::unordered_set<std::string> live_teams;
  // Id to alias.
  std::unordered_map<std::string, std::string> organizations;
  std::unordered_map<std::string, std::string> projects;
  std::unordered_map<std::string, std::string> agents;
  std::unordered_set<std::string> tags;
  std::unordered_set<std::string> models;
};

// Reads it whole. Tables and columns that are missing, or that the role may not read, are left
// out and become `gaps`. Throws PollError.
Directory load_directory(postgres::Snapshot& snapshot, std::size_t label_bytes, Gaps& gaps);

// Adds the keys made in the last minutes, so that a new key's first failure is not taken for a
// stranger's. The table has thousands of rows, not millions; it has no index on created_at.
void add_new_keys(postgres::Snapshot& snapshot, std::size_t label_bytes, Directory& directory);

}  // namespace litellm_exporter

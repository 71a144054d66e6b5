// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "subjects/reading.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm_exporter {

// An entity table of LiteLLM: who may have a budget, a rate limit, a block.
struct EntityTable {
  // Value of the label `scope`.
  const char* scope;
  const char* table;
  // The columns that identify a row, joined by "/", which stands for itself only: within one of
  // several it is %2F.
  std::vector<const char*> id;
  // What to show of an id that may be a secret.
  std::string (*show)(std::string_view) = nullptr;
  // Column with the alias; nothing where entities have none or it is personal data.
  const char* name = nullptr;
  // Where the alias is in another table: its name, and its column that equals the last of `id`.
  const char* name_table = nullptr;
  const char* name_key = nullptr;
  // Whether a temporary increase of the linked budget holds for it.
  bool increase = false;
  // Rows that count.
  const char* condition = "true";
  // What else `each` wants to see, as expressions on columns of the table: column and SQL around
  // it.
  std::vector<const char*> instants{};
  std::vector<const char*> texts{};
  // Which columns for limits, spend and states the table has in the newest LiteLLM.
  std::vector<const char*> columns{};
};

// In every row that `each` sees; from the second on `instants` (Unix seconds), then `texts`.
inline constexpr std::size_t kEntityName = 1;
inline constexpr std::size_t kEntityExtra = 11;

// Reads the whole table with one query: budgets and rate limits (own columns, else those of the
// linked LiteLLM_BudgetTable row), blocks, and how many there are in which state. A column that
// this LiteLLM lacks is NULL. Linked budgets that the role may not read are a failure. `each` sees
// every row and the label made of its id. Throws PollError.
void read_entities(
    Reading& reading, const EntityTable& about,
    const std::function<void(const postgres::CopyRow&, const std::string&)>& each = {});

}  // namespace litellm_exporter

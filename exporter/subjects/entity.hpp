// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "subjects/reading.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace litellm_exporter {

// A table of entities, which may have a budget, a rate limit or a block.
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
  // Where a temporary increase of its budget stands.
  enum class Increase { none, linked, metadata } increase = Increase::none;
  // Whether LiteLLM refuses every request of one with a budget of 0, as if it were blocked.
  bool nothing_blocks = false;
  // The linked budget of those without a link; empty if they have none.
  std::string default_budget{};
  // Whether the metadata of the team may name a budget for members without a limit of their own.
  bool team_default = false;
  // What LiteLLM_BudgetWindowSpend calls its windows, and how its ids of budgets for models begin;
  // nothing where the table has none of them. Whether its metadata limits the rates of models.
  const char* windows = nullptr;
  const char* model_budgets = nullptr;
  // Whether the latter stand in the linked budget and not in the table itself.
  bool model_budgets_linked = false;
  bool model_rates = false;
  // Whether its spend is shown where it has no budget, too.
  bool always_spend = false;
  // Rows that count.
  const char* condition = "true";
  // Further columns that `each` wants to see: instants, as Unix seconds, and others as they are.
  std::vector<const char*> instants{};
  std::vector<const char*> texts{};
  // Which columns for limits, spend and states the table has in the newest LiteLLM.
  std::vector<const char*> columns{};
};

// By column of the table: where it stands in a row.
using Places = std::map<std::string_view, std::size_t>;

// A row as `each` sees it; good only during the call.
struct EntityRow {
  // The labels made of the row.
  const std::string& id;
  const std::string& name;
  const postgres::CopyRow& values;
  const Places& places;

  // For the columns that the table names as `instants` or `texts`.
  std::size_t place_of(std::string_view column) const { return places.at(column); }
};

// Reads the whole table with one query: budgets and rate limits (own columns, else those of the
// linked LiteLLM_BudgetTable row), blocks, and how many there are in which state. A column that
// this LiteLLM lacks is NULL. Linked budgets that the role may not read are a failure. Throws
// PollError.
void read_entities(Reading& reading, const EntityTable& about,
                   const std::function<void(const EntityRow&)>& each = {});

}  // namespace litellm_exporter

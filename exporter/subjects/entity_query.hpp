// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/error.hpp"
#include "subjects/entity.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace litellm_exporter {

// The label made of an id.
std::string shown_id(const postgres::TableAccess& tables, const EntityTable& about,
                     const postgres::CopyRow& row, std::size_t column);

// The query that reads a table of entities, for what this schema and this role give. Notes what is
// missing. Everything it is made of outlives it.
class EntityQuery {
 public:
  EntityQuery(postgres::TableAccess& tables, const EntityTable& about,
              const postgres::Table& table);

  // At most that many rows, those nearest to their limits first: blocked ones, those over their
  // budget and those that expire about now, then by the part of the budget that is spent, then
  // those without one.
  std::string text(std::size_t most) const;
  // One row that counts all of them.
  std::string count_text() const;
  // Where its values stand.
  enum Count : std::size_t { total, blocked, expired, with_budget };

  // Where the values stand in each row.
  struct Columns {
    std::size_t id;
    std::size_t name;
    std::size_t limit;
    std::size_t soft_limit;
    std::size_t spend;
    std::size_t reset;
    std::size_t requests;
    std::size_t tokens;
    std::size_t daily_tokens;
    std::size_t parallel;
    std::size_t blocked;
  };
  const Columns& at() const noexcept { return at_; }
  // The table's `instants` and `texts`.
  const Places& extra() const noexcept { return extra_; }

  // For further queries of the same entities: the table as `e`, with what is joined to it; the SQL
  // of their id, of their name and of the budgets for models in their linked budgets, empty if
  // none.
  std::string from() const;
  std::string id() const;
  const std::string& name() const noexcept { return name_; }
  std::string linked_model_budgets() const;

  // Why linked budgets are lost, if they are.
  const std::optional<PollError>& lost() const noexcept { return lost_; }

 private:
  void link_budgets();
  Columns select_columns();
  // A limit for those that have none otherwise.
  void link_team_default();
  void select_state();
  void select_extra();
  // Appends to the SELECT list; returns where the value stands.
  std::size_t select(const std::string& expression);

  bool own(const char* column);
  std::string own_or(const char* column, const char* otherwise);
  std::string own_or_linked(const char* column, const char* null_type = "");
  std::string find_name();
  std::string increase();
  std::string linked_increase();

  postgres::TableAccess& tables_;
  const EntityTable& about_;
  const postgres::Table& table_;
  // Nothing can be read of it where rows have no link.
  postgres::Table budgets_;
  std::optional<PollError> lost_;
  std::string budget_join_;
  std::string name_join_;
  std::string name_;
  std::string default_join_;
  std::string list_;
  std::string limit_;
  std::string default_limit_;
  std::string spend_;
  // Conditions that are true, false or NULL.
  std::string blocked_;
  std::string expired_;
  std::string expires_near_;
  std::string linked_;
  std::size_t selected_ = 0;
  Columns at_{};
  Places extra_;
};

}  // namespace litellm_exporter

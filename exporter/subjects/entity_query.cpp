// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace litellm_exporter {
namespace {

constexpr const char* kBudgets = "LiteLLM_BudgetTable";

}  // namespace

EntityQuery::EntityQuery(postgres::TableAccess& tables, const EntityTable& about,
                         const postgres::Table& table)
    : tables_(tables), about_(about), table_(table) {
  if (own("budget_id")) {
    link_budgets();
  }
  at_ = select_columns();
  select_extra();
}

std::string EntityQuery::text() const {
  return fmt::format("SELECT {} FROM {} e{} WHERE {}", list_, tables_.quoted(about_.table), joins_,
                     about_.condition);
}

void EntityQuery::link_budgets() {
  budgets_ = tables_.describe(kBudgets);
  for (const char* column :
       {"budget_id", "max_budget", "soft_budget", "budget_reset_at", "rpm_limit", "tpm_limit"}) {
    if (!tables_.can_read(budgets_, column) && budgets_.forbidden.contains(column)) {
      const Gap gap = budgets_.gap(column);
      tables_.note_quietly(gap);
      lost_ = lost_.value_or(postgres::gap_error(gap));
    }
  }
  if (budgets_.can_read("budget_id")) {
    joins_ += fmt::format(" LEFT JOIN {} b ON b.budget_id = e.budget_id", tables_.quoted(kBudgets));
  } else {
    budgets_ = {};
  }
}

EntityQuery::Columns EntityQuery::select_columns() {
  return {.id = select(id()),
          .name = select(name()),
          .limit = select(own_or_linked("max_budget") + increase()),
          .soft_limit = select(own_or_linked("soft_budget")),
          .spend = select(own_or("spend", "NULL")),
          .reset = select(fmt::format("extract(epoch from {})",
                                      own_or_linked("budget_reset_at", "::timestamp"))),
          .requests = select(own_or_linked("rpm_limit")),
          .tokens = select(own_or_linked("tpm_limit")),
          .blocked = select(own_or("blocked", "NULL")),
          .expired = select(own("expires") ? "e.expires <= (now() AT TIME ZONE 'UTC')" : "NULL"),
          .linked = select(own("budget_id") ? "e.budget_id IS NOT NULL" : "NULL")};
}

void EntityQuery::select_extra() {
  for (const char* instant : about_.instants) {
    extra_[instant] =
        select(own(instant) ? fmt::format("extract(epoch from e.\"{}\")", instant) : "NULL");
  }
  for (const char* text : about_.texts) {
    extra_[text] = select(own_or(text, "NULL"));
  }
}

std::size_t EntityQuery::select(const std::string& expression) {
  list_ += (list_.empty() ? "" : ", ") + expression;
  return selected_++;
}

bool EntityQuery::own(const char* column) {
  const auto among = [&](const std::vector<const char*>& list) {
    return std::ranges::any_of(list, [&](std::string_view each) { return each == column; });
  };
  const bool expected = among(about_.columns) || among(about_.instants) || among(about_.texts) ||
                        table_.forbidden.contains(column);
  // What no version has is no gap.
  return expected ? tables_.can_read(table_, column) : table_.can_read(column);
}

std::string EntityQuery::own_or(const char* column, const char* otherwise) {
  return own(column) ? fmt::format("e.\"{}\"", column) : otherwise;
}

std::string EntityQuery::own_or_linked(const char* column, const char* null_type) {
  const std::string mine = own_or(column, "");
  const std::string linked = budgets_.can_read(column) ? fmt::format("b.\"{}\"", column) : "";
  if (!mine.empty() && !linked.empty()) {
    return fmt::format("coalesce({}, {})", mine, linked);
  }
  return mine.empty() && linked.empty() ? fmt::format("NULL{}", null_type) : mine + linked;
}

std::string EntityQuery::id() const {
  if (about_.id.size() == 1) {
    return fmt::format("e.\"{}\"", about_.id.front());
  }
  std::string text;
  for (const char* column : about_.id) {
    text += text.empty() ? "" : " || '/' || ";
    text += fmt::format("replace(replace(e.\"{}\", '%', '%25'), '/', '%2F')", column);
  }
  return text;
}

std::string EntityQuery::name() {
  if (about_.name == nullptr) {
    return "NULL";
  }
  if (about_.name_table == nullptr) {
    return own_or(about_.name, "NULL");
  }
  const postgres::Table named = tables_.describe(about_.name_table);
  if (!tables_.can_read(named, about_.name_key) || !tables_.can_read(named, about_.name)) {
    return "NULL";
  }
  joins_ += fmt::format(R"( LEFT JOIN {} n ON n."{}" = e."{}")", tables_.quoted(about_.name_table),
                        about_.name_key, about_.id.back());
  return fmt::format("n.\"{}\"", about_.name);
}

// Since v1.103: by how much the linked budget may be exceeded, and until when.
std::string EntityQuery::increase() {
  constexpr const char* kIncrease = "temp_budget_increase";
  constexpr const char* kExpiry = "temp_budget_expiry";
  if (!about_.increase) {
    return {};
  }
  for (const char* column : {kIncrease, kExpiry}) {
    if (budgets_.forbidden.contains(column)) {
      tables_.note(budgets_.gap(column));
    }
  }
  if (!budgets_.can_read(kIncrease) || !budgets_.can_read(kExpiry)) {
    return {};
  }
  return fmt::format(
      " + CASE WHEN b.{} > (now() AT TIME ZONE 'UTC') THEN coalesce(b.{}, 0) ELSE 0 END", kExpiry,
      kIncrease);
}

}  // namespace litellm_exporter

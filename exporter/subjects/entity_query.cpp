// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity_query.hpp"

#include "postgres/quote.hpp"
#include "subjects/json_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace litellm_exporter {
namespace {

constexpr const char* kBudgets = "LiteLLM_BudgetTable";
constexpr const char* kTeams = "LiteLLM_TeamTable";

}  // namespace

std::string shown_id(const postgres::TableAccess& tables, const EntityTable& about,
                     const postgres::CopyRow& row, std::size_t column) {
  return about.show == nullptr ? tables.label(row, column)
                               : about.show(row.at(column).value_or(""));
}

EntityQuery::EntityQuery(postgres::TableAccess& tables, const EntityTable& about,
                         const postgres::Table& table)
    : tables_(tables), about_(about), table_(table) {
  if (own("budget_id")) {
    link_budgets();
  }
  if (about_.team_default) {
    link_team_default();
  }
  select_state();
  at_ = select_columns();
  select_extra();
}

std::string EntityQuery::text(std::size_t most) const {
  // A difference of logarithms orders like the ratio, and no value makes it overflow, which would
  // fail the query. What has no budget comes last. OFFSET 0: the planner would compute a limit
  // wherever it is named, and a temporary one is dear.
  constexpr const char* kNearness =
      "CASE WHEN l.budget <= 0 THEN 'Infinity' WHEN l.budget > 0 THEN "
      "CASE WHEN l.spent > 0 THEN ln(l.spent) - ln(l.budget) ELSE '-Infinity' END END";
  return fmt::format(
      "SELECT {} FROM {} e{}{}{} CROSS JOIN LATERAL"
      " (SELECT ({})::float8 AS budget, ({})::float8 AS spent OFFSET 0) l WHERE {} ORDER BY"
      " (({}) IS TRUE OR ({}) IS TRUE OR coalesce(l.spent >= l.budget, false)) DESC,"
      " {} DESC NULLS LAST, {} LIMIT {}",
      list_, tables_.quoted(about_.table), budget_join_, name_join_, default_join_, limit_, spend_,
      about_.condition, blocked_, expires_near_, kNearness, id(), most);
}

std::string EntityQuery::count_text() const {
  return fmt::format(
      "SELECT count(*), count(*) FILTER (WHERE {0}), count(*) FILTER (WHERE ({0}) IS NOT TRUE AND "
      "{1}), coalesce(bool_or({2}), false) FROM {3} e{4} WHERE {5}",
      blocked_, expired_, linked_, tables_.quoted(about_.table), budget_join_, about_.condition);
}

std::string EntityQuery::from() const {
  return fmt::format("{} e{}{}", tables_.quoted(about_.table), budget_join_, name_join_);
}

std::string EntityQuery::linked_model_budgets() const {
  return budgets_.can_read("model_max_budget") ? "b.model_max_budget" : "";
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
  // Read later than the others: a role that was made before may be without them.
  for (const char* column : {"tpd_limit", "max_parallel_requests", "model_max_budget"}) {
    if (budgets_.forbidden.contains(column)) {
      tables_.note(budgets_.gap(column));
    }
  }
  if (budgets_.can_read("budget_id")) {
    const std::string link = about_.default_budget.empty()
                                 ? "e.budget_id"
                                 : fmt::format("coalesce(e.budget_id, {})",
                                               postgres::quote_literal(about_.default_budget));
    budget_join_ =
        fmt::format(" LEFT JOIN {} b ON b.budget_id = {}", tables_.quoted(kBudgets), link);
  } else {
    budgets_ = {};
  }
}

// LiteLLM takes a default of 0 for none.
void EntityQuery::link_team_default() {
  const postgres::Table teams = tables_.describe(kTeams);
  if (!budgets_.can_read("max_budget") || !teams.exists || !tables_.can_read(teams, "team_id") ||
      !tables_.can_read(teams, "metadata")) {
    return;
  }
  default_join_ = fmt::format(
      " LEFT JOIN {} t ON t.team_id = e.team_id"
      " LEFT JOIN {} d ON d.budget_id = t.metadata ->> 'team_member_budget_id'"
      " AND d.max_budget > 0",
      tables_.quoted(kTeams), tables_.quoted(kBudgets));
  default_limit_ = "d.max_budget";
}

void EntityQuery::select_state() {
  limit_ = own_or_linked("max_budget");
  if (!default_limit_.empty()) {
    limit_ = fmt::format("coalesce({}, {})", limit_, default_limit_);
  }
  limit_ += increase();
  spend_ = own_or("spend", "NULL");
  blocked_ = own_or("blocked", "NULL::boolean");
  if (about_.nothing_blocks) {
    blocked_ = fmt::format("({} IS TRUE OR {} <= 0)", blocked_, limit_);
  }
  expired_ = own("expires") ? "e.expires <= (now() AT TIME ZONE 'UTC')" : "NULL::boolean";
  // As far as the alerts on keys look: a week ahead and three days back, with a day to spare.
  constexpr const char* kNear =
      "e.expires BETWEEN (now() AT TIME ZONE 'UTC') - interval '4 days' AND "
      "(now() AT TIME ZONE 'UTC') + interval '8 days'";
  expires_near_ = own("expires") ? kNear : "NULL::boolean";
  linked_ = own("budget_id") ? "e.budget_id IS NOT NULL" : "NULL::boolean";
  if (!about_.default_budget.empty()) {
    linked_ = "true";
  }
}

EntityQuery::Columns EntityQuery::select_columns() {
  return {.id = select(id()),
          .name = select(name_ = find_name()),
          .limit = select(limit_),
          .soft_limit = select(own_or_linked("soft_budget")),
          .spend = select(spend_),
          .reset = select(fmt::format("extract(epoch from {})",
                                      own_or_linked("budget_reset_at", "::timestamp"))),
          .requests = select(own_or_linked("rpm_limit")),
          .tokens = select(own_or_linked("tpm_limit")),
          .daily_tokens = select(own_or_linked("tpd_limit")),
          .parallel = select(own_or_linked("max_parallel_requests")),
          .blocked = select(blocked_)};
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

std::string EntityQuery::find_name() {
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
  name_join_ = fmt::format(R"( LEFT JOIN {} n ON n."{}" = e."{}")",
                           tables_.quoted(about_.name_table), about_.name_key, about_.id.back());
  return fmt::format("n.\"{}\"", about_.name);
}

// By how much the budget may be exceeded for a time.
std::string EntityQuery::increase() {
  switch (about_.increase) {
    case EntityTable::Increase::none:
      return {};
    case EntityTable::Increase::linked:
      return linked_increase();
    case EntityTable::Increase::metadata:
      return own("metadata")
                 ? fmt::format(" + CASE WHEN {} THEN coalesce({}, 0) ELSE 0 END",
                               json_sql::is_ahead("e.metadata ->> 'temp_budget_expiry'"),
                               json_sql::number("e.metadata -> 'temp_budget_increase'"))
                 : "";
  }
  return {};
}

// Since v1.103.
std::string EntityQuery::linked_increase() {
  constexpr const char* kIncrease = "temp_budget_increase";
  constexpr const char* kExpiry = "temp_budget_expiry";
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

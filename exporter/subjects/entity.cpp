// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace litellm_exporter {
namespace {

constexpr const char* kBudgets = "LiteLLM_BudgetTable";

constexpr std::size_t kId = 0;
// After id and name.
constexpr std::size_t kLimit = 2;
constexpr std::size_t kSoftLimit = 3;
constexpr std::size_t kSpend = 4;
constexpr std::size_t kReset = 5;
constexpr std::size_t kRequests = 6;
constexpr std::size_t kTokens = 7;
constexpr std::size_t kBlocked = 8;
constexpr std::size_t kExpired = 9;
constexpr std::size_t kLinked = 10;
static_assert(kLinked + 1 == kEntityExtra);

// Writes the query for what this schema and this role give.
class Query {
 public:
  Query(Reading& reading, const EntityTable& about, const postgres::Table& table)
      : reading_(reading), about_(about), table_(table) {
    if (!table.exists || !own("budget_id")) {
      return;
    }
    budgets_ = reading.tables.describe(kBudgets);
    note_budget_gaps();
    if (budgets_.can_read("budget_id")) {
      joins_ += fmt::format(" LEFT JOIN {} b ON b.budget_id = e.budget_id",
                            reading.tables.snapshot().table(kBudgets));
    } else {
      budgets_ = {};
    }
  }

  std::string text() {
    std::string columns = id() + ", " + name();
    columns += ", " + own_or_linked("max_budget") + increase();
    columns += ", " + own_or_linked("soft_budget");
    columns += own("spend") ? ", e.spend" : ", NULL";
    columns += ", extract(epoch from " + own_or_linked("budget_reset_at", "::timestamp") + ")";
    columns += ", " + own_or_linked("rpm_limit") + ", " + own_or_linked("tpm_limit");
    columns += own("blocked") ? ", e.blocked" : ", NULL";
    columns += own("expires") ? ", e.expires <= (now() AT TIME ZONE 'UTC')" : ", NULL";
    columns += own("budget_id") ? ", e.budget_id IS NOT NULL" : ", NULL";
    for (const char* instant : about_.instants) {
      columns += own(instant) ? fmt::format(", extract(epoch from e.\"{}\")", instant) : ", NULL";
    }
    for (const char* other : about_.texts) {
      columns += own(other) ? fmt::format(", e.\"{}\"", other) : ", NULL";
    }
    return fmt::format("SELECT {} FROM {} e{} WHERE {}", columns,
                       reading_.tables.snapshot().table(about_.table), joins_, about_.condition);
  }

  // Why linked budgets are lost, if they are.
  const std::optional<PollError>& lost() const { return lost_; }

 private:
  bool own(const char* column) {
    const auto among = [&](const std::vector<const char*>& list) {
      return std::ranges::any_of(list, [&](std::string_view each) { return each == column; });
    };
    const bool expected = among(about_.columns) || among(about_.instants) || among(about_.texts) ||
                          table_.forbidden.contains(column);
    // What no version has is no gap.
    return expected ? reading_.tables.can_read(table_, column) : table_.can_read(column);
  }

  void note_budget_gaps() {
    for (const char* column :
         {"budget_id", "max_budget", "soft_budget", "budget_reset_at", "rpm_limit", "tpm_limit"}) {
      if (reading_.tables.can_read(budgets_, column)) {
        continue;
      }
      if (budgets_.forbidden.contains(column)) {
        const Gap gap = budgets_.gap(column);
        reading_.tables.note_quietly(gap);
        lost_ = lost_.value_or(postgres::gap_error(gap));
      }
    }
  }

  std::string id() const {
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

  // Since v1.103: what the linked budget is exceeded by until then.
  std::string increase() {
    constexpr const char* kIncrease = "temp_budget_increase";
    constexpr const char* kExpiry = "temp_budget_expiry";
    if (!about_.increase) {
      return {};
    }
    for (const char* column : {kIncrease, kExpiry}) {
      if (budgets_.forbidden.contains(column)) {
        reading_.tables.can_read(budgets_, column);
      }
    }
    if (!budgets_.can_read(kIncrease) || !budgets_.can_read(kExpiry)) {
      return {};
    }
    return fmt::format(
        " + CASE WHEN b.{} > (now() AT TIME ZONE 'UTC') THEN coalesce(b.{}, 0) ELSE 0 END", kExpiry,
        kIncrease);
  }

  std::string name() {
    if (about_.name == nullptr) {
      return "NULL";
    }
    if (about_.name_table == nullptr) {
      return own(about_.name) ? fmt::format("e.\"{}\"", about_.name) : "NULL";
    }
    const postgres::Table named = reading_.tables.describe(about_.name_table);
    if (!reading_.tables.can_read(named, about_.name_key) ||
        !reading_.tables.can_read(named, about_.name)) {
      return "NULL";
    }
    joins_ += fmt::format(R"( LEFT JOIN {} n ON n."{}" = e."{}")",
                          reading_.tables.snapshot().table(about_.name_table), about_.name_key,
                          about_.id.back());
    return fmt::format("n.\"{}\"", about_.name);
  }

  std::string own_or_linked(const char* column, const char* null_type = "") {
    const std::string mine = own(column) ? fmt::format("e.\"{}\"", column) : "";
    const std::string linked = budgets_.can_read(column) ? fmt::format("b.\"{}\"", column) : "";
    if (!mine.empty() && !linked.empty()) {
      return fmt::format("coalesce({}, {})", mine, linked);
    }
    return mine.empty() && linked.empty() ? fmt::format("NULL{}", null_type) : mine + linked;
  }

  Reading& reading_;
  const EntityTable& about_;
  const postgres::Table& table_;
  postgres::Table budgets_;
  std::optional<PollError> lost_;
  std::string joins_;
};

void add_limits(Reading& reading, const LabelPairs& labels, const postgres::CopyRow& row) {
  Findings& findings = reading.findings;
  const auto limit = number(row, kLimit);
  const auto soft_limit = number(row, kSoftLimit);
  findings.add(Gauge::budget_limit, limit, labels);
  findings.add(Gauge::budget_soft_limit, soft_limit, labels);
  if (limit || soft_limit) {
    findings.add(Gauge::budget_spend, number(row, kSpend), labels);
    findings.add(Gauge::budget_reset, number(row, kReset), labels);
  }
  findings.add(Gauge::rate_limit_requests, number(row, kRequests), labels);
  findings.add(Gauge::rate_limit_tokens, number(row, kTokens), labels);
}

}  // namespace

void read_entities(Reading& reading, const EntityTable& about,
                   const std::function<void(const postgres::CopyRow&, const std::string&)>& each) {
  std::optional<postgres::Table> table;
  for (const char* column : about.id) {
    table = reading.tables.find(about.table, {column});
    if (!table) {
      return;
    }
  }
  double active = 0;
  double blocked = 0;
  double expired = 0;
  bool linked = false;
  Query query(reading, about, *table);
  reading.tables.snapshot().stream(query.text(), [&](const postgres::CopyRow& row) {
    const std::string id = about.show == nullptr ? reading.tables.label(row, kId)
                                                 : about.show(row.at(kId).value_or(""));
    const LabelPairs labels = {
        {"scope", about.scope}, {"id", id}, {"name", reading.tables.label(row, kEntityName)}};
    add_limits(reading, labels, row);
    if (is_true(row, kBlocked)) {
      reading.findings.add(Gauge::blocked, 1, labels);
      ++blocked;
    } else if (is_true(row, kExpired)) {
      ++expired;
    } else {
      ++active;
    }
    linked = linked || is_true(row, kLinked);
    if (each) {
      each(row, id);
    }
  });
  if (linked && query.lost()) {
    reading.failure = query.lost();
  }
  const auto count = [&](const char* state, double value) {
    reading.findings.add(Gauge::entities, value, {{"scope", about.scope}, {"state", state}});
  };
  count("active", active);
  if (table->can_read("blocked")) {
    count("blocked", blocked);
  }
  if (table->can_read("expires")) {
    count("expired", expired);
  }
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity.hpp"

#include "subjects/entity_parts.hpp"
#include "subjects/entity_query.hpp"
#include "subjects/limit_gauges.hpp"

namespace litellm_exporter {
namespace {

constexpr Gauge kSoftLimit = {
    .name = "litellm_budget_soft_limit_usd",
    .help = "Spend at which LiteLLM warns: own soft_budget or the LiteLLM_BudgetTable row's."};
constexpr Gauge kDailyTokens = {
    .name = "litellm_rate_limit_tokens_per_day",
    .help = "Own tpd_limit or the LiteLLM_BudgetTable row's; LiteLLM charges batches against it."};
constexpr Gauge kParallel = {
    .name = "litellm_rate_limit_parallel_requests",
    .help =
        "How many requests may run at once: own max_parallel_requests or the "
        "LiteLLM_BudgetTable row's."};
constexpr Gauge kBlocked = {.name = "litellm_blocked",
                            .help =
                                "1 while the entity is blocked, or is a key with a budget of 0; "
                                "otherwise there is no series."};
constexpr Gauge kEntities = {
    .name = "litellm_entities",
    .help = "How many exist in LiteLLM's tables, by state; login sessions are no keys."};
constexpr Gauge kFolded = {
    .name = "litellm_exporter_entities_folded",
    .help =
        "How many of LiteLLM's entities, and of their windows and models with limits, are beyond "
        "limits.series_per_family: those farthest from their limits, which have no series."};

void add_limits(Findings& findings, const LabelPairs& labels, const postgres::CopyRow& row,
                const EntityQuery::Columns& at, bool always_spend) {
  const auto limit = number(row, at.limit);
  const auto soft_limit = number(row, at.soft_limit);
  findings.add(kBudgetLimit, limit, labels);
  findings.add(kSoftLimit, soft_limit, labels);
  if (limit || soft_limit || always_spend) {
    findings.add(kBudgetSpend, number(row, at.spend), labels);
    findings.add(kBudgetReset, number(row, at.reset), labels);
  }
  findings.add(kRateOfRequests, number(row, at.requests), labels);
  findings.add(kRateOfTokens, number(row, at.tokens), labels);
  findings.add(kDailyTokens, number(row, at.daily_tokens), labels);
  findings.add(kParallel, number(row, at.parallel), labels);
}

// How many are in which state; an expired one that is blocked is blocked.
struct Census {
  double active = 0;
  double blocked = 0;
  double expired = 0;

  void add_to(Findings& findings, const char* scope, const postgres::Table& table) const {
    const auto add = [&](const char* state, double value) {
      findings.add(kEntities, value, {{"scope", scope}, {"state", state}});
    };
    add("active", active);
    if (table.can_read("blocked")) {
      add("blocked", blocked);
    }
    if (table.can_read("expires")) {
      add("expired", expired);
    }
  }
};

}  // namespace

void read_entities(Reading& reading, const EntityTable& about,
                   const std::function<void(const EntityRow&)>& each) {
  postgres::TableAccess& tables = reading.tables;
  std::optional<postgres::Table> table;
  for (const char* column : about.id) {
    table = tables.find(about.table, {column});
    if (!table) {
      return;
    }
  }
  const EntityQuery query(tables, about, *table);
  const EntityQuery::Columns& at = query.at();
  Census census;
  bool linked = false;
  std::size_t total = 0;
  tables.stream(query.count_text(), [&](const postgres::CopyRow& row) {
    const auto count = [&](std::size_t column) { return number(row, column).value_or(0); };
    census.blocked = count(EntityQuery::blocked);
    census.expired = count(EntityQuery::expired);
    census.active = count(EntityQuery::total) - census.blocked - census.expired;
    linked = is_true(row, EntityQuery::with_budget);
    total = static_cast<std::size_t>(count(EntityQuery::total));
  });
  const std::size_t most = reading.config.limits.series_per_family;
  tables.stream(query.text(most), [&](const postgres::CopyRow& row) {
    const std::string id = shown_id(tables, about, row, at.id);
    const std::string name = tables.label(row, at.name);
    const LabelPairs labels = {{"scope", about.scope}, {"id", id}, {"name", name}};
    if (!reading.findings.claim(labels)) {
      return;
    }
    add_limits(reading.findings, labels, row, at, about.always_spend);
    if (is_true(row, at.blocked)) {
      reading.findings.add(kBlocked, 1, labels);
    }
    if (each) {
      each({id, name, row, query.extra()});
    }
  });
  if (linked && query.lost()) {
    reading.failure = query.lost();
  }
  census.add_to(reading.findings, about.scope, *table);
  // All queries see one snapshot. What has been found is true, whatever happens to the parts.
  std::size_t folded = total > most ? total - most : 0;
  reading.attempt([&] { folded += read_parts(reading, about, *table, query); });
  reading.findings.add(kFolded, static_cast<double>(folded), {{"scope", about.scope}});
  reading.findings.leave_out(folded);
}

}  // namespace litellm_exporter

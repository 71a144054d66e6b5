// SPDX-License-Identifier: Apache-2.0
#include "subjects/entity_parts.hpp"

#include "subjects/json_sql.hpp"
#include "subjects/limit_gauges.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace litellm_exporter {
namespace {

constexpr const char* kWindows = "LiteLLM_BudgetWindowSpend";

// Where the values stand in each row.
enum Column : std::size_t {
  id,
  name,
  window,
  model,
  budget,
  spent,
  reset,
  requests,
  tokens,
  total
};

// The columns of what Parts selects: for what it is, by what its spend is found (type, holder,
// duration), and its place within the entity.
constexpr const char* kPart =
    "part (\"window\", model, budget, type, holder, duration, requests, tokens, place)";

// One SELECT for each kind of part that the table has, of the entity `e`.
class Parts {
 public:
  Parts(postgres::TableAccess& tables, const EntityTable& about, const postgres::Table& table,
        const EntityQuery& query)
      : tables_(tables), about_(about), table_(table) {
    if (about_.windows != nullptr && has("budget_limits")) {
      add_windows();
    }
    if (about_.model_budgets != nullptr) {
      add_model_budgets(about_.model_budgets_linked ? query.linked_model_budgets()
                        : has("model_max_budget")   ? "e.model_max_budget"
                                                    : "");
    }
    if (about_.model_rates && has("metadata")) {
      const std::string rate = json_sql::number("m.value");
      add_rates("model_rpm_limit", rate + ", NULL::float8");
      add_rates("model_tpm_limit", "NULL::float8, " + rate);
    }
  }

  bool empty() const { return selects_.empty(); }
  std::string text() const { return fmt::format("{}", fmt::join(selects_, " UNION ALL ")); }

 private:
  bool has(const char* column) { return tables_.can_read(table_, column); }

  void add_windows() {
    selects_.push_back(
        fmt::format("SELECT w.duration, NULL, {}, '{}', e.\"{}\", w.duration, NULL::float8, "
                    "NULL::float8, w.place"
                    " FROM (SELECT value, place, value ->> 'budget_duration' AS duration"
                    " FROM {} WITH ORDINALITY AS a (value, place)) w WHERE {} IS NOT NULL",
                    json_sql::number("w.value -> 'max_budget'"), about_.windows, about_.id.front(),
                    json_sql::elements("e.budget_limits"), json_sql::period("w.duration")));
  }

  // Whom a spend on a model is booked to. A member's id is that of LiteLLM's
  // team_member_budget_entity_id().
  std::string holder() const {
    return about_.id.size() == 1
               ? fmt::format("e.\"{}\"", about_.id.front())
               : fmt::format(R"(concat(char_length(e."{0}"), ':', e."{0}", ':', e."{1}"))",
                             about_.id.front(), about_.id.back());
  }

  void add_model_budgets(const std::string& budgets) {
    if (budgets.empty()) {
      return;
    }
    // The older names win, as they do in LiteLLM.
    selects_.push_back(fmt::format(
        "SELECT NULL, m.model, coalesce({}, {}), 'model_max_budget',"
        " concat_ws(':', '{}', {}, m.model, m.duration), m.duration, NULL::float8, "
        "NULL::float8,"
        " m.place FROM (SELECT model, value, place,"
        " coalesce(value ->> 'time_period', value ->> 'budget_duration') AS duration"
        " FROM {} WITH ORDINALITY AS a (model, value, place)) m",
        json_sql::number("m.value -> 'budget_limit'"), json_sql::number("m.value -> 'max_budget'"),
        about_.model_budgets, holder(), json_sql::members(budgets)));
  }

  void add_rates(const char* key, const std::string& rates) {
    selects_.push_back(
        fmt::format("SELECT NULL, m.model, NULL::float8, NULL, NULL, NULL, {}, m.place"
                    " FROM {} WITH ORDINALITY AS m (model, value, place)",
                    rates, json_sql::members(fmt::format("e.metadata -> '{}'", key))));
  }

  postgres::TableAccess& tables_;
  const EntityTable& about_;
  const postgres::Table& table_;
  std::vector<std::string> selects_;
};

// The spend of the window that is open now. LiteLLM leaves a row behind when a window has ended and
// nobody has spent anything since; where there is none, nothing is known.
struct SpendJoin {
  std::string join;
  std::string spent = "NULL::float8";
  std::string reset = "NULL::float8";
};

SpendJoin join_spend(postgres::TableAccess& tables) {
  const postgres::Table windows = tables.describe(kWindows);
  for (const char* column :
       {"entity_type", "entity_id", "window_duration", "window_start", "spend"}) {
    if (!windows.can_read(column)) {
      tables.note(windows.gap(windows.exists ? column : ""));
      return {};
    }
  }
  // Written as a difference: no instant in the table makes it overflow.
  const std::string period = json_sql::period("p.duration");
  const std::string open = fmt::format(
      "s.window_start BETWEEN (now() AT TIME ZONE 'UTC') - {}"
      " AND (now() AT TIME ZONE 'UTC') + interval '1 day'",
      period);
  return {fmt::format(" LEFT JOIN {} s ON s.entity_type = p.type AND s.entity_id = p.holder"
                      " AND s.window_duration = p.duration",
                      tables.quoted(kWindows)),
          fmt::format("CASE WHEN {} THEN s.spend WHEN s.spend IS NOT NULL THEN 0 END", open),
          fmt::format("CASE WHEN {} THEN extract(epoch from s.window_start + {})::float8 END", open,
                      period)};
}

void add(Reading& reading, const EntityTable& about, const postgres::CopyRow& row) {
  const postgres::TableAccess& tables = reading.tables;
  const bool timed = row.at(window).has_value();
  const std::string of = tables.label(row, timed ? window : model);
  // Without a name it would be the entity itself.
  if (of.empty()) {
    return;
  }
  const LabelPairs labels = {{"scope", about.scope},
                             {"id", shown_id(tables, about, row, id)},
                             {"name", tables.label(row, name)},
                             {timed ? "window" : "model", of}};
  Findings& findings = reading.findings;
  findings.add(kBudgetLimit, number(row, budget), labels);
  findings.add(kBudgetSpend, number(row, spent), labels);
  findings.add(kBudgetReset, number(row, reset), labels);
  findings.add(kRateOfRequests, number(row, requests), labels);
  findings.add(kRateOfTokens, number(row, tokens), labels);
}

}  // namespace

std::size_t read_parts(Reading& reading, const EntityTable& about, const postgres::Table& table,
                       const EntityQuery& query) {
  postgres::TableAccess& tables = reading.tables;
  const Parts parts(tables, about, table, query);
  if (parts.empty()) {
    return 0;
  }
  const SpendJoin spend = join_spend(tables);
  const std::size_t most = reading.config.limits.series_per_family;
  std::size_t all = 0;
  // Those nearest to their limits first; then one of each entity, before anybody has a second.
  tables.stream(
      fmt::format(
          "SELECT p.id, p.name, p.\"window\", left(p.model, 1000), p.budget, l.spent, l.reset,"
          " p.requests, p.tokens, count(*) OVER () FROM (SELECT {} AS id, {} AS name, part.*"
          " FROM {} CROSS JOIN LATERAL ({}) {} WHERE {}) p{}"
          " CROSS JOIN LATERAL (SELECT {} AS spent, {} AS reset) l"
          " WHERE coalesce(p.budget, p.requests, p.tokens) IS NOT NULL ORDER BY"
          " CASE WHEN p.budget > 0 AND l.spent > 0 THEN ln(l.spent) - ln(p.budget) END"
          " DESC NULLS LAST, p.place, p.id, p.\"window\", p.model LIMIT {}",
          query.id(), query.name(), query.from(), parts.text(), kPart, about.condition, spend.join,
          spend.spent, spend.reset, most),
      [&](const postgres::CopyRow& row) {
        all = static_cast<std::size_t>(number(row, total).value_or(0));
        add(reading, about, row);
      });
  return all > most ? all - most : 0;
}

}  // namespace litellm_exporter

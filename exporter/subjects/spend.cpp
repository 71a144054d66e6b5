// SPDX-License-Identifier: Apache-2.0
#include "subjects/registry.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace litellm_exporter {
namespace {

constexpr Gauge kDay = {.name = "litellm_spend_day_usd",
                        .help =
                            "Spend of the current UTC day to date, from "
                            "LiteLLM_DailyUserSpend and LiteLLM_DailyTeamSpend."};
constexpr Gauge kMonth = {.name = "litellm_spend_month_usd",
                          .help =
                              "Spend of the current UTC month to date, from "
                              "LiteLLM_DailyUserSpend and LiteLLM_DailyTeamSpend."};

constexpr Gauge kSavedToday = {.name = "litellm_savings_day_usd",
                               .help =
                                   "What was saved in the current UTC day to date, by what saved "
                                   "it, from LiteLLM_DailyUserSpend."};
constexpr Gauge kSavedThisMonth = {.name = "litellm_savings_month_usd",
                                   .help =
                                       "What was saved in the current UTC month to date, by what "
                                       "saved it, from LiteLLM_DailyUserSpend."};

// What LiteLLM accounts savings to, and in which columns.
constexpr std::array<std::pair<const char*, const char*>, 4> kSavings = {
    {{"autorouter", "autorouter_savings_spend"},
     {"compression", "compression_savings_spend"},
     {"gateway_injected_caching", "gateway_injected_caching_savings_spend"},
     {"prompt_caching", "prompt_caching_savings_spend"}}};

constexpr const char* kUsers = "LiteLLM_DailyUserSpend";
constexpr const char* kTeams = "LiteLLM_DailyTeamSpend";
constexpr const char* kTeamTable = "LiteLLM_TeamTable";

// Three columns: the day's spend, the month's, and how many rows hold no number. LiteLLM's dates
// are text, by UTC day, and have an index. Rows of one group may be split, because NULLs are
// distinct in a unique index: only sums mean something. NaN sorts above Infinity, and one of either
// would make a sum of nothing else.
std::string sums(const std::string& column) {
  return fmt::format(
      "coalesce(sum(d.{0}) FILTER (WHERE {1} AND d.date = to_char(now() AT TIME ZONE 'UTC', "
      "'YYYY-MM-DD')), 0), coalesce(sum(d.{0}) FILTER (WHERE {1}), 0),"
      " count(d.{0}) FILTER (WHERE NOT {1})",
      column, fmt::format("(d.{0} > '-Infinity' AND d.{0} < 'Infinity')", column));
}

std::string spend_of(const std::string& table) {
  return fmt::format("{} FROM {} d", sums("spend"), table);
}

constexpr const char* kThisMonth =
    " WHERE d.date >= to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-01')"
    " AND d.date <= to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')";

// Adds what sums() selected, from the column `first` on.
void add(Reading& reading, const postgres::CopyRow& row, std::size_t first, const char* table,
         const LabelPairs& labels) {
  std::size_t column = first;
  reading.findings.add(kDay, number(row, column++), labels);
  reading.findings.add(kMonth, number(row, column++), labels);
  const auto without_number = number(row, column++);
  if (without_number.value_or(0) > 0) {
    reading.tables.note({table, "spend", Gap::Why::no_number});
  }
}

// Every request is once in the users' table, with or without a user: its sum is the whole.
// LiteLLM_DailyGlobalSpend exists since v1.103 only and lacks the days before.
void read_whole(Reading& reading) {
  if (!reading.tables.find(kUsers, {"date", "spend"})) {
    return;
  }
  reading.tables.stream(
      fmt::format("SELECT {}{}", spend_of(reading.tables.quoted(kUsers)), kThisMonth),
      [&](const postgres::CopyRow& row) {
        add(reading, row, 0, kUsers, {{"scope", "global"}, {"id", ""}, {"name", ""}});
      });
}

void read_by_team(Reading& reading) {
  postgres::TableAccess& tables = reading.tables;
  if (!tables.find(kTeams, {"date", "spend", "team_id"})) {
    return;
  }
  const postgres::Table named = tables.describe(kTeamTable);
  const bool alias = tables.can_read(named, "team_id") && tables.can_read(named, "team_alias");
  const std::string join =
      alias ? fmt::format(" LEFT JOIN {} t ON t.team_id = d.team_id", tables.quoted(kTeamTable))
            : "";
  tables.stream(
      fmt::format("SELECT d.team_id, {}, {}{}{} AND d.team_id <> '' GROUP BY d.team_id",
                  alias ? "max(t.team_alias)" : "NULL", spend_of(tables.quoted(kTeams)), join,
                  kThisMonth),
      [&](const postgres::CopyRow& row) {
        add(reading, row, 2, kTeams,
            {{"scope", "team"}, {"id", tables.label(row, 0)}, {"name", tables.label(row, 1)}});
      });
}

// Newer versions account savings; what saves nothing has no series.
void read_savings(Reading& reading) {
  postgres::TableAccess& tables = reading.tables;
  const postgres::Table table = tables.describe(kUsers);
  std::string columns;
  std::vector<std::pair<const char*, const char*>> there;
  for (const auto& saving : kSavings) {
    if (table.exists && table.can_read("date") && tables.can_read(table, saving.second)) {
      columns += (columns.empty() ? "" : ", ") + sums(saving.second);
      there.push_back(saving);
    }
  }
  if (there.empty()) {
    return;
  }
  tables.stream(fmt::format("SELECT {} FROM {} d{}", columns, tables.quoted(kUsers), kThisMonth),
                [&](const postgres::CopyRow& row) {
                  std::size_t column = 0;
                  for (const auto& [kind, name] : there) {
                    const auto day = number(row, column++);
                    const auto month = number(row, column++);
                    if (number(row, column++).value_or(0) > 0) {
                      tables.note({kUsers, name, Gap::Why::no_number});
                    }
                    if (month.value_or(0) != 0) {
                      reading.findings.add(kSavedToday, day, {{"kind", kind}});
                      reading.findings.add(kSavedThisMonth, month, {{"kind", kind}});
                    }
                  }
                });
}

void read_spend(Reading& reading) {
  reading.attempt([&] { read_whole(reading); });
  reading.attempt([&] { read_by_team(reading); });
  reading.attempt([&] { read_savings(reading); });
}

}  // namespace

// Reads the month's rows, which may be a million.
constinit const TableSubject spend_subject = {
    .info = {.name = "spend",
             .summary = "spend of the day and the month to date, from the daily tables",
             .source = Source::database,
             .interval = std::chrono::minutes(5)},
    .read = read_spend};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "subjects/subjects.hpp"

#include <fmt/format.h>

namespace litellm_exporter {
namespace {

constexpr const char* kUsers = "LiteLLM_DailyUserSpend";
constexpr const char* kTeams = "LiteLLM_DailyTeamSpend";
constexpr const char* kTeamTable = "LiteLLM_TeamTable";

// LiteLLM's dates are text, by UTC day, and have an index. Rows of one group may be split, because
// NULLs are distinct in a unique index: only sums mean something. NaN sorts above Infinity, and one
// of either would make a sum of nothing else.
std::string sums(const std::string& table) {
  return fmt::format(
      "coalesce(sum(d.spend) FILTER (WHERE {0} AND d.date = to_char(now() AT TIME ZONE 'UTC', "
      "'YYYY-MM-DD')), 0), coalesce(sum(d.spend) FILTER (WHERE {0}), 0),"
      " count(d.spend) FILTER (WHERE NOT {0}) FROM {1} d",
      "(d.spend > '-Infinity' AND d.spend < 'Infinity')", table);
}

constexpr const char* kThisMonth =
    " WHERE d.date >= to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-01')"
    " AND d.date <= to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')";

void add(Reading& reading, const postgres::CopyRow& row, std::size_t column, const char* table,
         const LabelPairs& labels) {
  reading.findings.add(Gauge::spend_day, number(row, column), labels);
  reading.findings.add(Gauge::spend_month, number(row, column + 1), labels);
  if (number(row, column + 2).value_or(0) > 0) {
    reading.tables.note({table, "spend", Gap::Why::no_number});
  }
}

// Every request is once in the users' table, with or without a user: its sum is the whole.
// LiteLLM_DailyGlobalSpend exists since v1.103 only and lacks the days before.
void read_whole(Reading& reading) {
  if (!reading.tables.find(kUsers, {"date", "spend"})) {
    return;
  }
  reading.tables.snapshot().stream(
      fmt::format("SELECT {}{}", sums(reading.tables.snapshot().table(kUsers)), kThisMonth),
      [&](const postgres::CopyRow& row) {
        add(reading, row, 0, kUsers, {{"scope", "global"}, {"id", ""}, {"name", ""}});
      });
}

void read_by_team(Reading& reading) {
  if (!reading.tables.find(kTeams, {"date", "spend", "team_id"})) {
    return;
  }
  const postgres::Table named = reading.tables.describe(kTeamTable);
  const bool alias =
      reading.tables.can_read(named, "team_id") && reading.tables.can_read(named, "team_alias");
  const std::string join = alias ? fmt::format(" LEFT JOIN {} t ON t.team_id = d.team_id",
                                               reading.tables.snapshot().table(kTeamTable))
                                 : "";
  reading.tables.snapshot().stream(
      fmt::format("SELECT d.team_id, {}, {}{}{} AND d.team_id <> '' GROUP BY d.team_id",
                  alias ? "max(t.team_alias)" : "NULL",
                  sums(reading.tables.snapshot().table(kTeams)), join, kThisMonth),
      [&](const postgres::CopyRow& row) {
        add(reading, row, 2, kTeams,
            {{"scope", "team"},
             {"id", reading.tables.label(row, 0)},
             {"name", reading.tables.label(row, 1)}});
      });
}

}  // namespace

void read_spend(Reading& reading) {
  reading.attempt([&] { read_whole(reading); });
  reading.attempt([&] { read_by_team(reading); });
}

}  // namespace litellm_exporter

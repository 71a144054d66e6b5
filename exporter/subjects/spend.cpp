// SPDX-License-Identifier: Apache-2.0
#include "subjects/registry.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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
                              "LiteLLM_DailyUserSpend and LiteLLM_DailyTeamSpend; its days before "
                              "yesterday are read in turn."};

constexpr Gauge kSavedToday = {.name = "litellm_savings_day_usd",
                               .help =
                                   "What was saved in the current UTC day to date, by what saved "
                                   "it, from LiteLLM_DailyUserSpend."};
constexpr Gauge kSavedThisMonth = {.name = "litellm_savings_month_usd",
                                   .help =
                                       "What was saved in the current UTC month to date, by what "
                                       "saved it, from LiteLLM_DailyUserSpend; its days before "
                                       "yesterday are read in turn."};

// What LiteLLM accounts savings to, and in which columns.
constexpr std::array<std::pair<const char*, const char*>, 4> kSavings = {
    {{"autorouter", "autorouter_savings_spend"},
     {"compression", "compression_savings_spend"},
     {"gateway_injected_caching", "gateway_injected_caching_savings_spend"},
     {"prompt_caching", "prompt_caching_savings_spend"}}};

constexpr const char* kUsers = "LiteLLM_DailyUserSpend";
constexpr const char* kTeams = "LiteLLM_DailyTeamSpend";
constexpr const char* kTeamTable = "LiteLLM_TeamTable";
constexpr const char* kSpend = "spend";

// Once a poll has read so many rows of older days, the others wait for the next: a matter of a
// second or so. One day is read in any case.
constexpr double kManyRows = 2e6;

using Days = std::vector<Day>;

// What was read of some days, and of how many rows.
struct Found {
  std::vector<MonthToDate::Found> sums;
  double rows = 0;
};

// One of the daily tables as this LiteLLM and this role give it.
struct DailyTable {
  MonthToDate& month;
  std::function<Found(const Days&)> read;
  std::function<void()> publish;
};

// Two columns: the sum, and how many rows hold no number. Rows of one group may be split, because
// NULLs are distinct in a unique index: only sums mean something. NaN sorts above Infinity, and one
// of either would make a sum of nothing else.
std::string sum(const std::string& column) {
  return fmt::format(
      "coalesce(sum(d.{0}) FILTER (WHERE {1}), 0), count(d.{0}) FILTER (WHERE NOT {1})", column,
      fmt::format("(d.{0} > '-Infinity' AND d.{0} < 'Infinity')", column));
}

// LiteLLM's dates are text, by UTC day, and have an index.
std::string of_days(const Days& days) {
  std::string list;
  for (const Day day : days) {
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", spell(day));
  }
  return fmt::format("d.date IN ({})", list);
}

// What sum() selected of one key, from the column `first` on.
void add(Found& found, const postgres::CopyRow& row, std::size_t first, std::string_view key) {
  if (const auto day = parse_day(row.at(0).value_or(""))) {
    found.sums.push_back({.day = *day,
                          .key = std::string(key),
                          .sum = number(row, first).value_or(0),
                          .without_number = number(row, first + 1).value_or(0) > 0});
  }
}

// The day as the snapshot has it.
Day today(postgres::TableAccess& tables) {
  Day day{};
  tables.stream("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
                [&](const postgres::CopyRow& row) {
                  day = parse_day(row.at(0).value_or("")).value_or(Day{});
                });
  return day;
}

void read_recent(const DailyTable& table) {
  for (const Day day : table.month.recent()) {
    const Found found = table.read({day});
    table.month.take({day}, found.sums);
    table.month.spend(day == table.month.today() ? 0 : found.rows);
  }
}

// At least one day, unless they rest, so that what somebody corrected is seen within hours.
void read_older(const DailyTable& table) {
  double rows = 0;
  while (const auto day = table.month.next()) {
    const Found found = table.read({*day});
    table.month.take({*day}, found.sums);
    table.month.spend(found.rows);
    rows += found.rows;
    if (table.month.complete() || rows >= kManyRows) {
      return;
    }
  }
}

// The month's gauge waits until all of its days are known.
void add(Reading& reading, const MonthToDate& month, const MonthToDate::Sums& sums,
         const Gauge& of_day, const Gauge& of_month, const LabelPairs& labels) {
  reading.findings.add(of_day, sums.of(month.today()), labels);
  if (month.complete()) {
    reading.findings.add(of_month, sums.total(), labels);
  }
}

// Every request is once in the users' table, with or without a user: its sum is the whole.
// LiteLLM_DailyGlobalSpend exists since v1.103 only and lacks the days before. Newer versions
// account savings in it. One look at its rows gives all of that.
std::vector<std::string> readable_columns(Reading& reading) {
  std::vector<std::string> columns;
  reading.attempt([&] {
    if (reading.tables.find(kUsers, {"date", kSpend})) {
      columns.emplace_back(kSpend);
    }
  });
  const postgres::Table table = reading.tables.describe(kUsers);
  for (const auto& saving : kSavings) {
    if (table.exists && table.can_read("date") && reading.tables.can_read(table, saving.second)) {
      columns.emplace_back(saving.second);
    }
  }
  return columns;
}

void add_whole(Reading& reading, const MonthToDate& month) {
  const auto found = month.all().find(kSpend);
  add(reading, month, found == month.all().end() ? MonthToDate::Sums{} : found->second, kDay,
      kMonth, {{"scope", "global"}, {"id", ""}, {"name", ""}});
}

// What saves nothing has no series.
void add_savings(Reading& reading, const MonthToDate& month) {
  for (const auto& [kind, column] : kSavings) {
    const auto found = month.all().find(column);
    if (found != month.all().end() && found->second.total() != 0) {
      add(reading, month, found->second, kSavedToday, kSavedThisMonth, {{"kind", kind}});
    }
  }
}

void publish_whole(Reading& reading, const MonthToDate& month, bool spend) {
  for (const auto& [column, found] : month.all()) {
    if (found.without_number()) {
      reading.tables.note({kUsers, column, Gap::Why::no_number});
    }
  }
  if (spend) {
    add_whole(reading, month);
  }
  add_savings(reading, month);
}

std::optional<DailyTable> whole(Reading& reading, Day today) {
  const std::vector<std::string> columns = readable_columns(reading);
  if (columns.empty()) {
    return std::nullopt;
  }
  std::string sums;
  for (const std::string& column : columns) {
    sums += ", " + sum(column);
  }
  MonthToDate& month = reading.memory.month;
  month.begin(today, sums);
  return DailyTable{
      .month = month,
      .read =
          [&reading, columns, sums](const Days& days) {
            Found found;
            reading.tables.stream(
                fmt::format("SELECT d.date, count(*){} FROM {} d WHERE {} GROUP BY d.date", sums,
                            reading.tables.quoted(kUsers), of_days(days)),
                [&](const postgres::CopyRow& row) {
                  found.rows += number(row, 1).value_or(0);
                  for (std::size_t i = 0; i < columns.size(); ++i) {
                    add(found, row, 2 + 2 * i, columns[i]);
                  }
                });
            return found;
          },
      .publish = [&reading, &month,
                  spend = columns.front() == kSpend] { publish_whole(reading, month, spend); }};
}

// By id. A team may be renamed at any time, whenever its days were read.
using Names = std::map<std::string, std::string, std::less<>>;
Names team_names(postgres::TableAccess& tables) {
  Names names;
  const postgres::Table table = tables.describe(kTeamTable);
  if (tables.can_read(table, "team_id") && tables.can_read(table, "team_alias")) {
    tables.stream(fmt::format("SELECT team_id, team_alias FROM {} WHERE team_alias <> ''",
                              tables.quoted(kTeamTable)),
                  [&](const postgres::CopyRow& row) {
                    names.emplace(row.at(0).value_or(""), tables.label(row, 1));
                  });
  }
  return names;
}

void publish_teams(Reading& reading, const MonthToDate& month, const Names& names) {
  for (const auto& [team, sums] : month.all()) {
    if (sums.without_number()) {
      reading.tables.note({kTeams, kSpend, Gap::Why::no_number});
    }
    const auto name = names.find(team);
    add(reading, month, sums, kDay, kMonth,
        {{"scope", "team"},
         {"id", reading.tables.label(team)},
         {"name", name == names.end() ? "" : name->second}});
  }
}

std::optional<DailyTable> by_team(Reading& reading, Day today) {
  if (!reading.tables.find(kTeams, {"date", kSpend, "team_id"})) {
    return std::nullopt;
  }
  MonthToDate& month = reading.memory.month_by_team;
  month.begin(today, kSpend);
  return DailyTable{
      .month = month,
      .read =
          [&reading](const Days& days) {
            Found found;
            reading.tables.stream(
                fmt::format("SELECT d.date, d.team_id, count(*), {} FROM {} d"
                            " WHERE {} AND d.team_id <> '' GROUP BY d.date, d.team_id",
                            sum(kSpend), reading.tables.quoted(kTeams), of_days(days)),
                [&](const postgres::CopyRow& row) {
                  found.rows += number(row, 2).value_or(0);
                  add(found, row, 3, row.at(1).value_or(""));
                });
            return found;
          },
      .publish = [&reading, &month,
                  names = team_names(reading.tables)] { publish_teams(reading, month, names); }};
}

// What is recent comes first: if the server has no time for the older days, it has it for nothing
// behind them either.
void read_spend(Reading& reading) {
  const Day day = today(reading.tables);
  std::vector<DailyTable> tables;
  for (const auto open : {whole, by_team}) {
    reading.attempt([&] {
      if (const auto table = open(reading, day)) {
        read_recent(*table);
        tables.push_back(*table);
      }
    });
  }
  for (const DailyTable& table : tables) {
    reading.attempt([&] { read_older(table); });
    table.publish();
  }
}

}  // namespace

constinit const TableSubject spend_subject = {
    .info = {.name = "spend",
             .summary = "spend of the day and the month to date, from the daily tables",
             .source = Source::database,
             .interval = std::chrono::minutes(5)},
    .read = read_spend};

}  // namespace litellm_exporter

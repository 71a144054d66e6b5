// SPDX-License-Identifier: Apache-2.0
#include "collectors/sums_reader.hpp"

#include "base/enum_array.hpp"
#include "base/text.hpp"
#include "counting/summed.hpp"
#include "names/key_id.hpp"
#include "spendlog/seen_ids.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>

namespace litellm_exporter {
namespace {

using postgres::CopyRow;
using postgres::Table;
using postgres::TableAccess;

struct About {
  const char* name;
  // Whose requests its rows sum up; null in the table of models.
  const char* owner;
  std::optional<SumOf> of;
};

constexpr EnumArray<SumTable, About> kTables{
    {SumTable::user_spend, {"LiteLLM_DailyUserSpend", "user_id", SumOf::user}},
    {SumTable::model_usage, {"LiteLLM_DailyModelUsage", nullptr, SumOf::model}},
    {SumTable::team_spend, {"LiteLLM_DailyTeamSpend", "team_id", SumOf::team}},
    {SumTable::tag_spend, {"LiteLLM_DailyTagSpend", "tag", SumOf::tag}},
    {SumTable::organization_spend,
     {"LiteLLM_DailyOrganizationSpend", "organization_id", SumOf::organization}},
    {SumTable::agent_spend, {"LiteLLM_DailyAgentSpend", "agent_id", SumOf::agent}},
    {SumTable::end_user_spend, {"LiteLLM_DailyEndUserSpend", "end_user_id", SumOf::end_user}},
};

struct Amount {
  const char* column;
  // From the column's unit to the measure's.
  double unit = 1;
  bool needed = true;
};

constexpr EnumArray<Measure, Amount> kAmounts{
    {Measure::successes, {"successful_requests"}},
    {Measure::failures, {"failed_requests"}},
    {Measure::spend, {"spend"}},
    {Measure::input_tokens, {"prompt_tokens"}},
    {Measure::output_tokens, {"completion_tokens"}},
    {Measure::cached_tokens, {"cache_read_input_tokens", 1, false}},
    {Measure::cache_creation_tokens, {"cache_creation_input_tokens", 1, false}},
    {Measure::response_seconds, {"total_response_time_ms", 1e-3, false}},
    {Measure::timed_requests, {"timed_requests", 1, false}},
};

// The key of LiteLLM's health probes, and that of its rows of capacity that was paid for ahead.
constexpr std::string_view kProbes = "litellm-internal-health-check";
constexpr std::string_view kFlatCost = "__ptu_flat_cost__";
constexpr const char* kToolModel = "mcp";
constexpr const char* kTool = "mcp_namespaced_tool_name";

// In the order in which they are selected.
enum Column : std::size_t { id, owner, key, model, group, provider, tool, amounts };

std::string text_column(TableAccess& tables, const Table& table, const char* column) {
  const bool there = column != nullptr && table.can_read(column);
  if (column != nullptr && table.exists && !there) {
    tables.note_quietly(table.gap(column));
  }
  return there ? fmt::format("left(\"{}\", 1000)", column) : "NULL";
}

std::string select(TableAccess& tables, SumTable which, Day day, const std::string& condition) {
  const About& about = kTables[which];
  const Table table = tables.describe(about.name);
  const bool of_models = which == SumTable::model_usage;
  std::string list =
      of_models ? "concat_ws(E'\\x1f', model_group, model, custom_llm_provider, task_type)" : "id";
  for (const char* column :
       {about.owner, of_models ? nullptr : "api_key", "model", "model_group", "custom_llm_provider",
        which == SumTable::user_spend ? kTool : nullptr}) {
    list += ", " + text_column(tables, table, column);
  }
  for (const Amount& amount : kAmounts) {
    list += table.can_read(amount.column) ? fmt::format(", \"{}\"", amount.column) : ", NULL";
  }
  return fmt::format("SELECT {} FROM {} WHERE date = '{}' AND {}", list, tables.quoted(about.name),
                     spell(day), condition);
}

// What is no number says nothing.
double amount(const CopyRow& row, std::size_t column, double unit) {
  constexpr double kLargest = 1e15;
  const auto text = row.at(column);
  const auto value = parse_number(text.value_or("0"));
  return value ? std::clamp(*value, 0.0, kLargest) * unit
               : std::numeric_limits<double>::quiet_NaN();
}

Measures amounts_of(const CopyRow& row) {
  Measures sums;
  for (const Measure measure : kEnumerators<Measure>) {
    sums[measure] = amount(row, Column::amounts + index_of(measure), kAmounts[measure].unit);
  }
  return sums;
}

EnumArray<Measure, bool> readable_amounts(const Table& table) {
  EnumArray<Measure, bool> readable;
  for (const Measure measure : kEnumerators<Measure>) {
    readable[measure] = table.can_read(kAmounts[measure].column);
  }
  return readable;
}

// A row's names, as those of a row of the log are made.
struct RowNames {
  RowNames(const TableAccess& tables, const CopyRow& row)
      : owner(tables.label(row, Column::owner)),
        upstream(tables.label(row, Column::model)),
        model(tables.label(row, Column::group)),
        provider(tables.label(row, Column::provider)),
        tool(tables.label(row, Column::tool)),
        key(key_name(row.at(Column::key).value_or("")).name) {
    if (model.empty()) {
      model = upstream;
    }
    shown = model.empty() && !tool.empty() ? kToolModel : model;
  }

  std::string owner;
  std::string upstream;
  std::string model;
  std::string provider;
  std::string tool;
  std::string key;
  std::string shown;
};

std::vector<LevelReading::Part> parts_of(SumTable table, const RowNames& names) {
  if (table == SumTable::model_usage) {
    return {{SumOf::model, model_group_key(names.model, names.provider), names.shown}};
  }
  std::vector<LevelReading::Part> parts;
  parts.reserve(kEnumCount<SumOf>);
  if (table == SumTable::user_spend) {
    const std::string upstream = model_group_key(names.upstream, names.provider);
    parts = {{SumOf::all, "", ""},
             {SumOf::key, names.key, ""},
             {SumOf::upstream, upstream, names.shown}};
    if (!names.tool.empty()) {
      parts.push_back({SumOf::tool, names.tool, ""});
    }
  }
  // LiteLLM adds the client's User-Agent by itself.
  if (names.owner.empty() ||
      (table == SumTable::tag_spend && names.owner.starts_with("User-Agent:"))) {
    return parts;
  }
  const SumOf of = *kTables[table].of;
  const bool by_model = of == SumOf::team || of == SumOf::organization || of == SumOf::agent;
  parts.push_back({of, by_model ? owner_group_key(names.owner, names.upstream) : names.owner,
                   by_model ? names.shown : ""});
  return parts;
}

}  // namespace

std::vector<SumTable> sum_tables(const Config& config) {
  std::vector<SumTable> tables{SumTable::user_spend, SumTable::model_usage};
  const auto add_if = [&](bool enabled, SumTable table) {
    if (enabled) {
      tables.push_back(table);
    }
  };
  add_if(config.families.teams, SumTable::team_spend);
  add_if(config.families.tags, SumTable::tag_spend);
  add_if(config.families.organizations, SumTable::organization_spend);
  add_if(config.families.agents, SumTable::agent_spend);
  add_if(config.families.end_users, SumTable::end_user_spend);
  return tables;
}

const char* name_of(SumTable table) { return kTables[table].name; }

SumsAccess look_at_sums(TableAccess& tables, SumTable which) {
  const About& about = kTables[which];
  const Table table = tables.describe(about.name);
  if (!table.exists) {
    tables.note_quietly(table.gap());
    return {};
  }
  std::vector<const char*> needed{"date", "model", "custom_llm_provider"};
  if (which == SumTable::model_usage) {
    needed.insert(needed.end(), {"model_group", "task_type"});
  } else {
    needed.insert(needed.end(), {"id", "api_key", about.owner});
  }
  for (const Amount& amount : kAmounts) {
    if (amount.needed) {
      needed.push_back(amount.column);
    }
  }
  for (const char* column : needed) {
    if (!table.can_read(column)) {
      tables.note_quietly(table.gap(column));
      throw postgres::gap_error(table.gap(column));
    }
  }
  // Before the release that fills it, it does not count.
  bool filled = which != SumTable::model_usage;
  if (!filled) {
    tables.stream(fmt::format("SELECT 1 FROM {} LIMIT 1", tables.quoted(about.name)),
                  [&](const CopyRow&) { filled = true; });
  }
  return {true, filled, table.can_read("xmin")};
}

std::set<SumOf> things_of(SumTable table) {
  if (table != SumTable::user_spend) {
    return {*kTables[table].of};
  }
  return {SumOf::all, SumOf::key, SumOf::user, SumOf::tool, SumOf::upstream};
}

void read_sums(TableAccess& tables, SumTable table, const SumsRequest& request,
               LevelReading& reading) {
  const Table about = tables.describe(name_of(table));
  std::set<SumOf> things = things_of(table);
  if (things.contains(SumOf::tool) && !about.can_read(kTool)) {
    things.erase(SumOf::tool);
    reading.miss(SumOf::tool);
  }
  reading.begin(table, things, readable_amounts(about));
  const auto take = [&](Day day, const CopyRow& row) {
    const std::string_view key = row.at(Column::key).value_or("");
    if (key == kFlatCost) {
      return;
    }
    if (reading.rows() >= SumMemory::kMostRows) {
      throw PollError(Reason::decode,
                      fmt::format("the daily sums of two days have more than {} rows: they cannot "
                                  "be remembered",
                                  SumMemory::kMostRows));
    }
    Measures sums = amounts_of(row);
    if (request.probes_apart && key == kProbes) {
      sums[Measure::successes] = sums[Measure::failures] = 0;
    }
    reading.add(table, day, SeenIds::hash(row.at(Column::id).value_or("")), sums,
                parts_of(table, RowNames(tables, row)));
  };
  // Day by day: the planner knows that the index pays, and each has its own time to be read in.
  for (Day day = request.from; day <= request.to; day += std::chrono::days{1}) {
    tables.stream(select(tables, table, day, request.condition),
                  [&](const CopyRow& row) { take(day, row); });
  }
}

std::map<Day, Measures> read_totals(TableAccess& tables, const SumsRequest& request) {
  std::map<Day, Measures> totals;
  for (Day day = request.from; day <= request.to; day += std::chrono::days{1}) {
    tables.stream(
        fmt::format(
            "SELECT sum(successful_requests), sum(failed_requests) FROM {} WHERE date = '{}'{}",
            tables.quoted(name_of(SumTable::user_spend)), spell(day),
            request.probes_apart ? fmt::format(" AND api_key <> '{}'", kProbes) : ""),
        [&](const CopyRow& row) {
          totals[day][Measure::successes] = amount(row, 0, 1);
          totals[day][Measure::failures] = amount(row, 1, 1);
        });
  }
  return totals;
}

}  // namespace litellm_exporter

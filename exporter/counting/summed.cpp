// SPDX-License-Identifier: Apache-2.0
#include "counting/summed.hpp"

#include "base/label_values.hpp"
#include "names/key_id.hpp"
#include "series/store.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace litellm_exporter {
namespace {

Measures amounts_of(const Row& row, bool counts) {
  Measures amounts;
  amounts[row.success ? Measure::successes : Measure::failures] = counts ? 1 : 0;
  amounts[Measure::spend] = row.spend;
  amounts[Measure::input_tokens] = row.input_tokens;
  amounts[Measure::output_tokens] = row.output_tokens;
  amounts[Measure::cached_tokens] = row.cached_tokens;
  amounts[Measure::cache_creation_tokens] = row.cache_creation_tokens;
  return amounts;
}

std::string shown_model(const DailyLevels::Growth& growth, std::string_view of_key) {
  return growth.label.empty() ? std::string{of_key} : growth.label;
}

void name_rest(Row& row) {
  for (std::string* name : {&row.model, &row.provider, &row.user, &row.tool, &row.team,
                            &row.organization, &row.agent, &row.end_user}) {
    *name = kOther;
  }
  row.tags = {std::string{kOther}};
}

void name_group(const DailyLevels::Growth& growth, const Directory& directory, Row& row) {
  const auto parts = SeriesStore::split(growth.key);
  const std::string first{parts.front()};
  const auto owned = [&](std::string& owner) {
    owner = first;
    row.model = shown_model(growth, parts.back());
  };
  switch (growth.of) {
    case SumOf::all:
      return;
    case SumOf::model:
    case SumOf::upstream:
      row.model = shown_model(growth, first);
      row.group = row.model;
      row.provider = parts.back();
      return;
    case SumOf::key:
      row.key = first;
      row.key_is_hash = key_name(first).is_hash;
      if (const auto key = directory.keys.find(first); key != directory.keys.end()) {
        row.team = key->second.team;
      }
      return;
    case SumOf::user:
      row.user = first;
      return;
    case SumOf::tool:
      row.tool = first;
      return;
    case SumOf::team:
      return owned(row.team);
    case SumOf::tag:
      row.tags = {first};
      return;
    case SumOf::organization:
      return owned(row.organization);
    case SumOf::agent:
      return owned(row.agent);
    case SumOf::end_user:
      row.end_user = first;
      return;
  }
}

}  // namespace

Day day_of(const Row& row) { return day_of(std::chrono::microseconds{row.start}); }

std::string model_group_key(std::string_view model, std::string_view provider) {
  // LiteLLM writes none to some tables, and this word to others.
  return SeriesStore::join({model, provider == kUnknown ? std::string_view{} : provider});
}

std::string owner_group_key(std::string_view owner, std::string_view model) {
  return SeriesStore::join({owner, model});
}

void note(const Row& row, bool is_request, DailyLevels& levels) {
  const Day day = day_of(row);
  const Measures amounts = amounts_of(row, is_request);
  const auto add = [&](SumOf of, std::string_view key) { levels.add(day, of, key, amounts); };
  const auto add_owner = [&](SumOf of, const std::string& owner) {
    if (!owner.empty()) {
      add(of, owner_group_key(owner, row.upstream_model));
    }
  };
  add(SumOf::all, "");
  // Also while its table is empty: when LiteLLM writes to it, rows are ahead of it.
  levels.add(day, SumOf::model, model_group_key(row.group, row.plain_provider),
             amounts_of(row, /*counts=*/true));
  add(SumOf::upstream, model_group_key(row.upstream_model, row.plain_provider));
  add(SumOf::key, row.key);
  for (const auto& [of, name] : {std::pair{SumOf::user, &row.user},
                                 {SumOf::tool, &row.tool},
                                 {SumOf::end_user, &row.end_user}}) {
    if (!name->empty()) {
      add(of, *name);
    }
  }
  for (const std::string& tag : row.tags) {
    add(SumOf::tag, tag);
  }
  add_owner(SumOf::team, row.team);
  add_owner(SumOf::organization, row.organization);
  add_owner(SumOf::agent, row.agent);
  if (is_request) {
    levels.saw(row.success ? Outcome::success : Outcome::failure);
  }
}

Row row_of(const DailyLevels::Growth& growth, Outcome outcome, const Directory& directory) {
  Row row;
  const Measures& amounts = growth.amounts;
  row.success = outcome == Outcome::success;
  row.requests = amounts[row.success ? Measure::successes : Measure::failures];
  if (growth.key == DailyLevels::kRest) {
    name_rest(row);
  } else {
    name_group(growth, directory, row);
  }
  if (row.success) {
    row.spend = amounts[Measure::spend];
    row.input_tokens = amounts[Measure::input_tokens];
    row.output_tokens = amounts[Measure::output_tokens];
    row.cached_tokens = amounts[Measure::cached_tokens];
    row.cache_creation_tokens = amounts[Measure::cache_creation_tokens];
    if (amounts[Measure::timed_requests] > 0) {
      row.summed_seconds = amounts[Measure::response_seconds];
      row.timed_requests = amounts[Measure::timed_requests];
    }
  }
  return row;
}

}  // namespace litellm_exporter

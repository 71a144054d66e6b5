// SPDX-License-Identifier: Apache-2.0
#include "counting/names.hpp"

#include "base/label_values.hpp"
#include "names/closed_sets.hpp"

namespace litellm_exporter {
namespace {

Trust trusted(bool known) { return known ? Trust::known : Trust::unverified; }

}  // namespace

std::string_view or_unknown(const std::string& text) {
  return text.empty() ? kUnknown : std::string_view{text};
}

KnownNames::KnownNames(const Directory& directory, const SeriesStore& store)
    : directory_(directory) {
  // What earlier processes learnt is in the series they made.
  const auto learn_from = [&](Family family, std::size_t label, auto& names) {
    for (const auto& [key, series] : store.series(family)) {
      const std::string_view name = SeriesStore::split(key).at(label);
      if (!series.unverified && name != kOther && name != kUnknown) {
        names.emplace(name);
      }
    }
  };
  learn_from(Family::requests, 0, models_);
  learn_from(Family::requests, 1, providers_);
  learn_from(Family::team_requests, 0, teams_);
  learn_from(Family::key_requests, 0, keys_);
}

void KnownNames::learn(const Row& row) {
  models_.insert(row.model);
  providers_.insert(row.provider);
  teams_.insert(row.team);
  if (row.key_is_hash) {
    keys_.insert(row.key);
  }
}

Names KnownNames::resolve(const Row& row) const {
  Names names;
  const bool model_known =
      row.model.empty() || models_.contains(row.model) || directory_.models.contains(row.model);
  names.model = {or_unknown(row.model), trusted(model_known)};
  names.provider = {or_unknown(row.provider),
                    trusted(row.provider.empty() || providers_.contains(row.provider))};

  const auto team = directory_.teams.find(row.team);
  const bool team_known =
      row.team.empty() || team != directory_.teams.end() || teams_.contains(row.team);
  names.team = {row.team, trusted(team_known)};
  if (!row.team.empty()) {
    const bool named = team != directory_.teams.end() && !team->second.empty();
    names.team_alias = {named ? team->second : row.team_alias, names.team.trust, ""};
  }

  const auto key = directory_.keys.find(row.key);
  const bool key_known = !row.key.empty() && (!row.key_is_hash || key != directory_.keys.end() ||
                                              keys_.contains(row.key));
  names.key = {key_known ? std::string_view{row.key} : kUnknown};
  if (key_known && row.key_is_hash) {
    const bool named = key != directory_.keys.end() && !key->second.alias.empty();
    names.key_alias = {named ? key->second.alias : row.key_alias};
  }
  names.status = {row.success ? kSuccess : kFailure};
  return names;
}

}  // namespace litellm_exporter

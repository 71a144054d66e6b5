// SPDX-License-Identifier: Apache-2.0
#include "counting/names.hpp"

#include "base/label_values.hpp"

namespace litellm_exporter {
namespace {

Trust trusted(bool known) { return known ? Trust::known : Trust::unverified; }

// Of a name that no table vouches for.
Trust claimed(const Row& row) { return row.success ? Trust::open : Trust::unverified; }

// An owner that a table may know, under the name that it has there.
void resolve_owner(const Row& row, const std::string& id, std::string_view alias,
                   const std::unordered_map<std::string, std::string>& table, Label& owner,
                   Label& name) {
  const auto known = table.find(id);
  owner = {id, known != table.end() ? Trust::known : claimed(row)};
  name = {known != table.end() && !known->second.empty() ? std::string_view{known->second} : alias,
          owner.trust, ""};
}

}  // namespace

std::string_view or_unknown(const std::string& text) {
  return text.empty() ? kUnknown : std::string_view{text};
}

KnownNames::KnownNames(const Directory& directory, const SeriesStore& store)
    : directory_(directory) {
  // What earlier processes learnt is in the series they made.
  const auto learn_from = [&](Family family, std::string_view label, auto& names) {
    const std::size_t position = info(family).labels.position(label);
    for (const auto& [key, series] : store.series(family)) {
      const std::string_view name = SeriesStore::split(key).at(position);
      if (!series.unverified && name != kOther && name != kUnknown) {
        names.emplace(name);
      }
    }
  };
  learn_from(Family::requests, "model", models_);
  learn_from(Family::requests, "provider", providers_);
  learn_from(Family::team_requests, "team", teams_);
  learn_from(Family::key_requests, "key", keys_);
}

void KnownNames::learn(const Row& row) {
  if (!row.model.empty()) {
    models_.insert(row.model);
  }
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
  names.status = outcome(row.success);
  names.exception_class = {row.exception_class};
  names.status_code = {row.status_code};
  names.user = {row.user, claimed(row)};
  names.end_user = {row.end_user, claimed(row)};
  names.tool = {row.tool, claimed(row)};
  const bool requested_known =
      models_.contains(row.requested_model) || directory_.models.contains(row.requested_model);
  names.requested_model = {row.requested_model, requested_known ? Trust::known : claimed(row)};
  names.route = {row.route};
  names.origin = {row.origin};
  names.service_tier = {row.service_tier};
  names.deployment = {row.deployment, claimed(row)};
  names.upstream_model = {row.upstream_model, claimed(row)};
  names.api_host = {row.api_host, claimed(row)};
  resolve_owners(row, names);
  return names;
}

void KnownNames::resolve_owners(const Row& row, Names& names) const {
  resolve_owner(row, row.organization, "", directory_.organizations, names.organization,
                names.organization_alias);
  resolve_owner(row, row.project, row.project_alias, directory_.projects, names.project,
                names.project_alias);
  resolve_owner(row, row.agent, "", directory_.agents, names.agent, names.agent_name);
}

Label KnownNames::chosen(const Row& row, std::string_view value) { return {value, claimed(row)}; }

Label KnownNames::tag(const Row& row, const std::string& tag) const {
  return {tag, directory_.tags.contains(tag) ? Trust::known : claimed(row)};
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "counting/counting.hpp"

#include "spendlog/names.hpp"

#include <algorithm>
#include <array>

namespace litellm_exporter {
namespace {

using Trust = Counting::Trust;

constexpr std::string_view kSuccess = "success";
constexpr std::string_view kFailure = "failure";

// The failures that every provider has sooner or later: their first one should be an increase.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kCommonErrors = {
    {{"AuthenticationError", "401"},
     {"BadRequestError", "400"},
     {"InternalServerError", "500"},
     {"RateLimitError", "429"},
     {"ServiceUnavailableError", "503"},
     {"Timeout", "408"}}};

// Families whose last label says how the request ended.
bool has_status(Family family) {
  return family == Family::requests || family == Family::request_duration ||
         family == Family::team_requests || family == Family::key_requests;
}

std::string_view or_unknown(const std::string& text) {
  return text.empty() ? kUnknown : std::string_view{text};
}

}  // namespace

struct Counting::Names {
  Label model;
  Label provider;
  Label team;
  Label team_alias;
  Label key;
  Label key_alias;
  Label status;
};

Counting::Counting(const Config& config, const Directory& directory, SeriesStore& store)
    : limits_(config.limits), families_(config.families), directory_(directory), store_(store) {
  // What earlier processes learnt is in the series they made.
  const auto learn_from = [&](Family family, std::size_t label, auto& names) {
    for (const auto& [key, series] : store_.series(family)) {
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
  for (std::size_t i = 0; i < kFamilies; ++i) {
    if (is_limited(static_cast<Family>(i))) {
      make(Family::series_overflow, {info(static_cast<Family>(i)).name});
    }
  }
  for (const std::string_view reason : kInvalidNames) {
    make(Family::invalid_rows, {reason});
  }
  for (const std::string_view reason :
       {kFirstStart, kClusterChanged, kHorizonBehind, kStateDamaged}) {
    make(Family::baselines, {reason});
  }
  for (const Family family :
       {Family::rows, Family::duplicate_rows, Family::late_rows, Family::lag}) {
    make(family, {});
  }
}

void Counting::count(const Row& row, double now, bool late) {
  trust_names(row);
  const Names names = resolve(row);
  count_model(row, names);
  count_failure(row, names);
  count_team(row, names);
  count_key(row, names);
  count_others(row);
  store_.add(Family::rows, {}, 1);
  store_.add(Family::late_rows, {}, late ? 1 : 0);
  for (const Invalid invalid : row.invalid) {
    store_.add(Family::invalid_rows, {kInvalidNames.at(static_cast<std::size_t>(invalid))}, 1);
  }
  if (row.end_seconds) {
    store_.observe(Family::lag, {}, std::max(0.0, now - *row.end_seconds));
  }
}

void Counting::learn(const Row& row) { trust_names(row); }

void Counting::duplicate() { store_.add(Family::duplicate_rows, {}, 1); }

void Counting::baseline(std::string_view reason) { store_.add(Family::baselines, {reason}, 1); }

void Counting::trust_names(const Row& row) {
  if (!row.success) {
    return;
  }
  models_.insert(row.model);
  providers_.insert(row.provider);
  teams_.insert(row.team);
  if (row.key_is_hash) {
    keys_.insert(row.key);
  }
  foresee_model(or_unknown(row.model), or_unknown(row.provider));
}

Counting::Names Counting::resolve(const Row& row) {
  const auto trusted = [](bool known) { return known ? Trust::known : Trust::unverified; };
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

void Counting::count_model(const Row& row, const Names& names) {
  const auto& [model, provider] = std::tie(names.model, names.provider);
  add(Family::requests, {model, provider, names.status}, 1);
  if (row.duration) {
    observe(Family::request_duration, {model, provider, names.status}, *row.duration);
  }
  if (row.first_token) {
    observe(Family::time_to_first_token, {model, provider}, *row.first_token);
  }
  if (row.per_output_token) {
    observe(Family::time_per_output_token, {model, provider}, *row.per_output_token);
  }
  add(Family::spend, {model, provider}, row.spend);
  add(Family::input_tokens, {model, provider}, row.input_tokens);
  add(Family::output_tokens, {model, provider}, row.output_tokens);
  add(Family::input_cached_tokens, {model, provider}, row.cached_tokens);
  add(Family::input_cache_creation_tokens, {model, provider}, row.cache_creation_tokens);
  add(Family::output_reasoning_tokens, {model, provider}, row.reasoning_tokens);
  add(Family::cache_hits, {model, provider}, row.cache_hit ? 1 : 0);
  add(Family::unpriced_requests, {model, provider}, row.unpriced ? 1 : 0);
  add(Family::request_retries, {model, provider}, row.retries);
  add(Family::request_fallbacks, {model, provider}, row.fallbacks);
}

void Counting::count_failure(const Row& row, const Names& names) {
  if (!row.success) {
    add(Family::errors, {names.model, names.provider, {row.exception_class}, {row.status_code}}, 1);
  }
}

void Counting::count_team(const Row& row, const Names& names) {
  if (!families_.teams) {
    return;
  }
  const auto& [team, alias, model] = std::tie(names.team, names.team_alias, names.model);
  add(Family::team_requests, {team, alias, model, names.status}, 1);
  add(Family::team_spend, {team, alias, model}, row.spend);
  add(Family::team_input_tokens, {team, alias, model}, row.input_tokens);
  add(Family::team_output_tokens, {team, alias, model}, row.output_tokens);
}

void Counting::count_key(const Row& row, const Names& names) {
  if (!families_.keys) {
    return;
  }
  const auto& [key, alias, team] = std::tie(names.key, names.key_alias, names.team);
  add(Family::key_requests, {key, alias, team, names.status}, 1);
  add(Family::key_spend, {key, alias, team}, row.spend);
  add(Family::key_input_tokens, {key, alias, team}, row.input_tokens);
  add(Family::key_output_tokens, {key, alias, team}, row.output_tokens);
}

void Counting::count_others(const Row& row) {
  const Trust client = row.success ? Trust::open : Trust::unverified;
  if (families_.tags) {
    for (const std::string& tag : row.tags) {
      const Label label{tag, directory_.tags.contains(tag) ? Trust::known : client};
      add(Family::tag_requests, {label}, 1);
      add(Family::tag_spend, {label}, row.spend);
    }
  }
  if (families_.users && !row.user.empty()) {
    add(Family::user_requests, {{row.user, client}}, 1);
    add(Family::user_spend, {{row.user, client}}, row.spend);
  }
  if (families_.end_users && !row.end_user.empty()) {
    add(Family::end_user_requests, {{row.end_user, client}}, 1);
    add(Family::end_user_spend, {{row.end_user, client}}, row.spend);
  }
  if (families_.guardrails) {
    for (const Row::Guardrail& guardrail : row.guardrails) {
      add(Family::guardrail_evaluations, {{guardrail.name, Trust::open}, {guardrail.status}}, 1);
    }
  }
  if (families_.mcp_tools && !row.tool.empty()) {
    add(Family::mcp_tool_calls, {{row.tool, client}}, 1);
  }
}

void Counting::foresee() {
  if (families_.keys) {
    for (const auto& [token, key] : directory_.keys) {
      if (key.live) {
        make(Family::key_requests, {token, key.alias, key.team, kSuccess});
        make(Family::key_requests, {token, key.alias, key.team, kFailure});
        for (const Family family :
             {Family::key_spend, Family::key_input_tokens, Family::key_output_tokens}) {
          make(family, {token, key.alias, key.team});
        }
      }
    }
  }
  // Any team may use any model: foreseen only where that stays a small part of the limit.
  const std::size_t pairs = directory_.live_teams.size() * models_.size();
  if (!families_.teams || 2 * pairs > limits_.series_per_family / 10) {
    return;
  }
  for (const std::string& team : directory_.live_teams) {
    const std::string& alias = directory_.teams.at(team);
    for (const std::string& name : models_) {
      const std::string_view model = or_unknown(name);
      make(Family::team_requests, {team, alias, model, kSuccess});
      make(Family::team_requests, {team, alias, model, kFailure});
      for (const Family family :
           {Family::team_spend, Family::team_input_tokens, Family::team_output_tokens}) {
        make(family, {team, alias, model});
      }
    }
  }
}

void Counting::foresee_model(std::string_view model, std::string_view provider) {
  // The failure series is the one that no successful request makes by itself.
  if (store_.find(Family::requests, SeriesStore::join({model, provider, kFailure})) != nullptr) {
    return;
  }
  for (const std::string_view status : {kSuccess, kFailure}) {
    make(Family::requests, {model, provider, status});
    make(Family::request_duration, {model, provider, status});
  }
  for (const auto& [exception, code] : kCommonErrors) {
    make(Family::errors, {model, provider, exception, code});
  }
}

bool Counting::has_room(Family family, Trust trust) const {
  const bool unverified_room =
      trust != Trust::unverified || store_.unverified_count(family) < limits_.unverified_names;
  return unverified_room && store_.series_count(family) < limits_.series_per_family;
}

SeriesStore::Entry& Counting::series(Family family, std::span<const Label> labels) {
  const auto join = [&](auto value_of) {
    key_.assign(value_of(labels.front()));
    for (const Label& label : labels.subspan(1)) {
      key_.push_back('\0');
      key_.append(value_of(label));
    }
  };
  Trust trust = Trust::known;
  for (const Label& label : labels) {
    trust = std::max(trust, label.trust);
  }
  join([](const Label& label) { return label.value; });
  if (SeriesStore::Entry* entry = store_.find(family, key_)) {
    if (trust != Trust::unverified) {
      store_.set_verified(family, *entry);
    }
    return *entry;
  }
  if (trust == Trust::known || has_room(family, trust)) {
    make_other_status(family, labels, trust);
    return store_.make(family, key_, trust == Trust::unverified);
  }
  store_.add(Family::series_overflow, {info(family).name}, 1);
  join([](const Label& label) { return label.trust == Trust::known ? label.value : label.folded; });
  return store_.make(family, key_);
}

void Counting::make_other_status(Family family, std::span<const Label> labels, Trust trust) {
  if (trust == Trust::unverified || !has_status(family)) {
    return;
  }
  const std::string_view status = labels.back().value;
  std::string sibling = key_.substr(0, key_.size() - status.size());
  sibling += status == kSuccess ? kFailure : kSuccess;
  store_.make(family, sibling);
}

void Counting::add(Family family, std::initializer_list<Label> labels, double amount) {
  store_.add(family, series(family, std::span(labels.begin(), labels.size())), amount);
}

void Counting::observe(Family family, std::initializer_list<Label> labels, double value) {
  store_.observe(family, series(family, std::span(labels.begin(), labels.size())), value);
}

void Counting::make(Family family, std::initializer_list<std::string_view> labels) {
  // The exporter's own families are closed sets.
  if (!is_limited(family) || has_room(family, Trust::known)) {
    store_.make(family, SeriesStore::join(labels));
  }
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "counting/counting.hpp"

#include "base/label_values.hpp"
#include "counting/foresight.hpp"
#include "names/closed_sets.hpp"

#include <algorithm>
#include <tuple>

namespace litellm_exporter {

Counting::Counting(const Config& config, const Directory& directory, SeriesStore& store)
    : limits_(config.limits),
      families_(config.families),
      directory_(directory),
      store_(store),
      known_(directory, store),
      limited_(config.limits, store) {
  foresee_own(store);
}

void Counting::count(const Row& row, double now, bool late) {
  learn(row);
  const Names names = known_.resolve(row);
  count_model(row, names);
  count_failure(row, names);
  count_team(row, names);
  count_key(row, names);
  count_others(row);
  count_self(row, now, late);
}

void Counting::learn(const Row& row) {
  if (!row.success) {
    return;
  }
  known_.learn(row);
  const std::string_view model = or_unknown(row.model);
  const std::string_view provider = or_unknown(row.provider);
  // The failure series is the one that no successful request makes by itself.
  if (store_.find(Family::requests, SeriesStore::join({model, provider, kFailure})) == nullptr) {
    foresee_model(model, provider, limited_);
  }
}

void Counting::duplicate() { store_.add(Family::duplicate_rows, {}, 1); }

void Counting::undecodable(bool before) {
  if (before) {
    return;
  }
  store_.add(Family::invalid_rows, {kInvalidNames[Invalid::undecodable]}, 1);
}

void Counting::baseline(std::string_view reason) { store_.add(Family::baselines, {reason}, 1); }

void Counting::foresee() {
  if (families_.keys) {
    foresee_keys(directory_, limited_);
  }
  if (families_.teams) {
    // Any team may use any model: foreseen only where that stays a small part of the limit.
    foresee_teams(directory_, known_.models(), limits_.series_per_family / 10, limited_);
  }
}

void Counting::count_model(const Row& row, const Names& names) {
  const auto& [model, provider] = std::tie(names.model, names.provider);
  limited_.add(Family::requests, {model, provider, names.status}, 1);
  if (row.duration) {
    limited_.observe(Family::request_duration, {model, provider, names.status}, *row.duration);
  }
  if (row.first_token) {
    limited_.observe(Family::time_to_first_token, {model, provider}, *row.first_token);
  }
  if (row.per_output_token) {
    limited_.observe(Family::time_per_output_token, {model, provider}, *row.per_output_token);
  }
  limited_.add(Family::spend, {model, provider}, row.spend);
  limited_.add(Family::input_tokens, {model, provider}, row.input_tokens);
  limited_.add(Family::output_tokens, {model, provider}, row.output_tokens);
  limited_.add(Family::input_cached_tokens, {model, provider}, row.cached_tokens);
  limited_.add(Family::input_cache_creation_tokens, {model, provider}, row.cache_creation_tokens);
  limited_.add(Family::output_reasoning_tokens, {model, provider}, row.reasoning_tokens);
  limited_.add(Family::cache_hits, {model, provider}, row.cache_hit ? 1 : 0);
  limited_.add(Family::unpriced_requests, {model, provider}, row.unpriced ? 1 : 0);
  limited_.add(Family::request_retries, {model, provider}, row.retries);
  limited_.add(Family::request_fallbacks, {model, provider}, row.fallbacks);
}

void Counting::count_failure(const Row& row, const Names& names) {
  if (!row.success) {
    limited_.add(Family::errors,
                 {names.model, names.provider, {row.exception_class}, {row.status_code}}, 1);
  }
}

void Counting::count_team(const Row& row, const Names& names) {
  if (!families_.teams) {
    return;
  }
  const auto& [team, alias, model] = std::tie(names.team, names.team_alias, names.model);
  limited_.add(Family::team_requests, {team, alias, model, names.status}, 1);
  limited_.add(Family::team_spend, {team, alias, model}, row.spend);
  limited_.add(Family::team_input_tokens, {team, alias, model}, row.input_tokens);
  limited_.add(Family::team_output_tokens, {team, alias, model}, row.output_tokens);
}

void Counting::count_key(const Row& row, const Names& names) {
  if (!families_.keys) {
    return;
  }
  const auto& [key, alias, team] = std::tie(names.key, names.key_alias, names.team);
  limited_.add(Family::key_requests, {key, alias, team, names.status}, 1);
  limited_.add(Family::key_spend, {key, alias, team}, row.spend);
  limited_.add(Family::key_input_tokens, {key, alias, team}, row.input_tokens);
  limited_.add(Family::key_output_tokens, {key, alias, team}, row.output_tokens);
}

void Counting::count_others(const Row& row) {
  const Trust client = row.success ? Trust::open : Trust::unverified;
  if (families_.tags) {
    for (const std::string& tag : row.tags) {
      const Label label{tag, directory_.tags.contains(tag) ? Trust::known : client};
      limited_.add(Family::tag_requests, {label}, 1);
      limited_.add(Family::tag_spend, {label}, row.spend);
    }
  }
  if (families_.users && !row.user.empty()) {
    limited_.add(Family::user_requests, {{row.user, client}}, 1);
    limited_.add(Family::user_spend, {{row.user, client}}, row.spend);
  }
  if (families_.end_users && !row.end_user.empty()) {
    limited_.add(Family::end_user_requests, {{row.end_user, client}}, 1);
    limited_.add(Family::end_user_spend, {{row.end_user, client}}, row.spend);
  }
  if (families_.guardrails) {
    for (const Row::Guardrail& guardrail : row.guardrails) {
      limited_.add(Family::guardrail_evaluations,
                   {{guardrail.name, Trust::open}, {guardrail.status}}, 1);
    }
  }
  if (families_.mcp_tools && !row.tool.empty()) {
    limited_.add(Family::mcp_tool_calls, {{row.tool, client}}, 1);
  }
}

void Counting::count_self(const Row& row, double now, bool late) {
  store_.add(Family::rows, {}, 1);
  store_.add(Family::late_rows, {}, late ? 1 : 0);
  for (const Invalid invalid : row.invalid) {
    store_.add(Family::invalid_rows, {kInvalidNames[invalid]}, 1);
  }
  if (row.end_seconds) {
    store_.observe(Family::lag, {}, std::max(0.0, now - *row.end_seconds));
  }
}

}  // namespace litellm_exporter

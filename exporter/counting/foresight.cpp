// SPDX-License-Identifier: Apache-2.0
#include "counting/foresight.hpp"

#include "base/label_values.hpp"
#include "counting/names.hpp"
#include "names/closed_sets.hpp"
#include "spendlog/sink.hpp"

#include <array>
#include <utility>

namespace litellm_exporter {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kCommonErrors = {
    {{"AuthenticationError", "401"},
     {"BadRequestError", "400"},
     {"InternalServerError", "500"},
     {"RateLimitError", "429"},
     {"ServiceUnavailableError", "503"},
     {"Timeout", "408"}}};

}  // namespace

void foresee_own(SeriesStore& store) {
  const auto make = [&](Family family, std::initializer_list<std::string_view> labels) {
    store.make(family, SeriesStore::join(labels));
  };
  for (std::size_t i = 0; i < kFamilies; ++i) {
    if (is_limited(static_cast<Family>(i))) {
      make(Family::series_overflow, {info(static_cast<Family>(i)).name});
    }
  }
  for (const std::string_view reason : kInvalidNames) {
    make(Family::invalid_rows, {reason});
  }
  for (const std::string_view reason :
       {kFirstStart, kClusterChanged, kHorizonBehind, kStateDamaged, kClockSetBack}) {
    make(Family::baselines, {reason});
  }
  for (const Family family :
       {Family::rows, Family::duplicate_rows, Family::late_rows, Family::lag}) {
    make(family, {});
  }
}

void foresee_model(std::string_view model, std::string_view provider, LimitedStore& store) {
  for (const std::string_view status : {kSuccess, kFailure}) {
    store.foresee(Family::requests, {model, provider, status});
    store.foresee(Family::request_duration, {model, provider, status});
  }
  for (const auto& [exception, code] : kCommonErrors) {
    store.foresee(Family::errors, {model, provider, exception, code});
  }
}

void foresee_keys(const Directory& directory, LimitedStore& store) {
  for (const auto& [token, key] : directory.keys) {
    if (key.live) {
      store.foresee(Family::key_requests, {token, key.alias, key.team, kSuccess});
      store.foresee(Family::key_requests, {token, key.alias, key.team, kFailure});
      for (const Family family :
           {Family::key_spend, Family::key_input_tokens, Family::key_output_tokens}) {
        store.foresee(family, {token, key.alias, key.team});
      }
    }
  }
}

void foresee_teams(const Directory& directory, const std::unordered_set<std::string>& models,
                   std::size_t most, LimitedStore& store) {
  if (2 * directory.live_teams.size() * models.size() > most) {
    return;
  }
  for (const std::string& team : directory.live_teams) {
    const std::string& alias = directory.teams.at(team);
    for (const std::string& name : models) {
      const std::string_view model = or_unknown(name);
      store.foresee(Family::team_requests, {team, alias, model, kSuccess});
      store.foresee(Family::team_requests, {team, alias, model, kFailure});
      for (const Family family :
           {Family::team_spend, Family::team_input_tokens, Family::team_output_tokens}) {
        store.foresee(family, {team, alias, model});
      }
    }
  }
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "counting/foresight.hpp"

#include "counting/names.hpp"
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
  for (const std::string_view reason : kInvalidNames) {
    make(Family::invalid_rows, {reason});
  }
  for (const std::string_view reason : kBaselineNames) {
    make(Family::baselines, {reason});
  }
  for (const Family family : {Family::rows, Family::duplicate_rows, Family::late_rows,
                              Family::recovered_requests, Family::lag}) {
    make(family, {});
  }
}

void foresee_model(std::string_view model, std::string_view provider, LimitedStore& store) {
  Names names;
  names.model = {model};
  names.provider = {provider};
  names.status = outcome(true);
  store.foresee(feed_of(Family::requests), names);
  store.foresee(feed_of(Family::request_duration), names);
  for (const auto& [exception, code] : kCommonErrors) {
    names.exception_class = {exception};
    names.status_code = {code};
    store.foresee(feed_of(Family::errors), names);
  }
}

void foresee_keys(const Directory& directory, const std::vector<const Feed*>& feeds,
                  LimitedStore& store) {
  Names names;
  names.status = outcome(true);
  for (const auto& [token, key] : directory.keys) {
    if (key.live) {
      names.key = {token};
      names.key_alias = {key.alias};
      names.team = {key.team};
      for (const Feed* feed : feeds) {
        store.foresee(*feed, names);
      }
    }
  }
}

void foresee_teams(const Directory& directory, const std::unordered_set<std::string>& models,
                   std::size_t most, const std::vector<const Feed*>& feeds, LimitedStore& store) {
  if (2 * directory.live_teams.size() * models.size() > most) {
    return;
  }
  Names names;
  names.status = outcome(true);
  for (const std::string& team : directory.live_teams) {
    names.team = {team};
    names.team_alias = {directory.teams.at(team)};
    for (const std::string& model : models) {
      names.model = {or_unknown(model)};
      for (const Feed* feed : feeds) {
        store.foresee(*feed, names);
      }
    }
  }
}

}  // namespace litellm_exporter

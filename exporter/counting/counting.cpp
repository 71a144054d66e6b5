// SPDX-License-Identifier: Apache-2.0
#include "counting/counting.hpp"

#include "base/label_values.hpp"
#include "counting/foresight.hpp"

#include <algorithm>
#include <iterator>

namespace litellm_exporter {

Counting::Counting(const Config& config, const Directory& directory, SeriesStore& store)
    : limits_(config.limits),
      directory_(directory),
      store_(store),
      known_(directory, store),
      limited_(config.limits, store) {
  for (const Feed& feed : feeds()) {
    if (info(feed.family()).enabled(config.families)) {
      feeds_[feed.per()].push_back(&feed);
    }
  }
  foresee_own(store);
}

void Counting::count(const Row& row, double now, bool late) {
  learn(row);
  Names names = known_.resolve(row);
  const auto feed = [&](Per per) { limited_.count(feeds_[per], row, names); };
  feed(Per::request);
  if (!row.success) {
    feed(Per::failure);
  }
  if (!row.user.empty()) {
    feed(Per::user);
  }
  if (!row.end_user.empty()) {
    feed(Per::end_user);
  }
  if (!row.tool.empty()) {
    feed(Per::tool);
  }
  for (const std::string& tag : row.tags) {
    names.tag = known_.tag(row, tag);
    feed(Per::tag);
  }
  for (const Row::Guardrail& guardrail : row.guardrails) {
    names.guardrail = {guardrail.name, Trust::open};
    // Its own status, not the request's.
    names.status = {guardrail.status};
    feed(Per::guardrail);
  }
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
  foresee_keys(directory_, feeds_of(&FamilySwitches::keys), limited_);
  // Any team may use any model: foreseen only where that stays a small part of the limit.
  foresee_teams(directory_, known_.models(), limits_.series_per_family / 10,
                feeds_of(&FamilySwitches::teams), limited_);
}

std::vector<const Feed*> Counting::feeds_of(bool FamilySwitches::*group) const {
  std::vector<const Feed*> some;
  std::ranges::copy_if(feeds_[Per::request], std::back_inserter(some),
                       [&](const Feed* feed) { return info(feed->family()).group == group; });
  return some;
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

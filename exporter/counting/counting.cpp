// SPDX-License-Identifier: Apache-2.0
#include "counting/counting.hpp"

#include "base/label_values.hpp"
#include "counting/foresight.hpp"
#include "counting/summed.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>

namespace litellm_exporter {
namespace {

// LiteLLM leaves its own calls and billed retries out of its sums of failures.
bool is_summed_up(const Row& row) { return row.kind != Row::Kind::internal_call; }

}  // namespace

Counting::Counting(const Config& config, const Directory& directory, SeriesStore& store,
                   DailyLevels& levels, ErrorCodes* codes)
    : limits_(config.limits),
      probes_apart_(config.families.health_probes),
      dimensions_(config.dimensions),
      directory_(directory),
      store_(store),
      levels_(levels),
      codes_(codes),
      known_(directory, store),
      limited_(config.limits, store) {
  for (const Feed& feed : feeds()) {
    if (info(feed.family()).enabled(config.families)) {
      feeds_[feed.per()].push_back(&feed);
      if (feed.rows() == Rows::all) {
        feeds_of_all_[feed.per()].push_back(&feed);
      }
      if (feed.summed() && feed.per() != Per::failure) {
        feeds_of_sums_[feed.summed()->of].push_back(&feed);
      }
    }
  }
  foresee_own(store);
}

void Counting::count(const Row& row, double now, bool late) {
  count_everywhere(row, now, /*has_code=*/true);
  if (codes_ != nullptr && !row.success && is_summed_up(row) && counts_errors(row)) {
    codes_->logged(row.group, row.own_code);
  }
  if (auto* audit = is_request(row) ? levels_.audit(day_of(row)) : nullptr) {
    ++audit->rows;
  }
  store_.add(Family::rows, {}, 1);
  store_.add(Family::late_rows, {}, late ? 1 : 0);
}

void Counting::count_unlogged(const Row& row, double now) {
  count_everywhere(row, now, /*has_code=*/false);
  if (!row.success && is_request(row) && counts_errors(row)) {
    fail_without_code(row);
  }
}

bool Counting::counts_errors(const Row& row) const {
  return !levels_.takes(day_of(row), SumOf::model, Measure::failures);
}

void Counting::fail_without_code(const Row& row, std::uint64_t count) {
  if (codes_ == nullptr || !codes_->wait(row.group, row.model, row.provider, count)) {
    count_failures(row.model, row.provider, kUnknown, count);
  }
}

bool Counting::settle_codes() {
  if (codes_ == nullptr) {
    return false;
  }
  const auto coded = codes_->settle();
  for (const ErrorCodes::Coded& some : coded) {
    count_failures(some.model, some.provider, some.code, some.count);
  }
  return !coded.empty();
}

void Counting::count_failures(std::string_view model, std::string_view provider,
                              std::string_view code, std::uint64_t count) {
  Row row;
  row.success = false;
  row.model = model;
  row.provider = provider;
  row.exception_class = kUnknown;
  row.status_code = code;
  row.disconnected = code == kDisconnected;
  Names names = known_.resolve(row);
  names.growth = static_cast<double>(count);
  // Whatever their day is counted from.
  limited_.count(feeds_[Per::failure], row, names);
  feed(Per::disconnect, row, names);
}

void Counting::delivered(const Row& row) {
  if (auto* audit = is_request(row) ? levels_.audit(day_of(row)) : nullptr) {
    ++audit->deliveries;
  }
}

void Counting::recovered() { store_.add(Family::recovered_requests, {}, 1); }

bool Counting::is_request(const Row& row) const {
  return row.kind == Row::Kind::request || (row.kind == Row::Kind::health_probe && !probes_apart_);
}

// Without a default, so that the compiler tells of a thing that nobody feeds.
void Counting::feed(Per per, const Row& row, Names& names) {
  const auto& feeds = is_request(row) ? feeds_[per] : feeds_of_all_[per];
  const auto once_if = [&](bool there) {
    if (there) {
      feed_rest(feeds, row, names);
    }
  };
  switch (per) {
    case Per::call:
      return once_if(true);
    case Per::failure:
      return once_if(!row.success);
    case Per::fallback:
      return once_if(!row.requested_model.empty() && row.requested_model != row.model);
    case Per::disconnect:
      return once_if(row.disconnected);
    case Per::internal_call:
      return once_if(row.kind == Row::Kind::internal_call);
    case Per::health_probe:
      return once_if(row.kind == Row::Kind::health_probe && probes_apart_);
    case Per::service_tier:
      return once_if(!row.service_tier.empty());
    case Per::deployment:
      return once_if(!row.deployment.empty());
    case Per::organization:
      return once_if(!row.organization.empty());
    case Per::project:
      return once_if(!row.project.empty());
    case Per::agent:
      return once_if(!row.agent.empty());
    case Per::user:
      return once_if(!row.user.empty());
    case Per::end_user:
      return once_if(!row.end_user.empty());
    case Per::tool:
      return once_if(!row.tool.empty());
    case Per::tag:
      for (const std::string& tag : row.tags) {
        names.tag = known_.tag(row, tag);
        once_if(true);
      }
      return;
    case Per::guardrail:
      return feed_guardrails(feeds, row, names);
    case Per::dimension:
      return feed_dimensions(feeds, row, names);
    case Per::gateway_request:
    case Per::gateway_error:
      return;
  }
}

void Counting::count_growth(Per per, const Names& names) {
  limited_.count(feeds_[per], Row{}, names);
}

bool Counting::is_summed(const Feed& feed, const Row& row) const {
  if (!feed.summed()) {
    return false;
  }
  const auto& [of, measure] = *feed.summed();
  // The sums of teams have no requests without a team.
  const bool is_part = of != SumOf::team || !row.team.empty();
  const bool failed = measure == Measure::successes && !row.success;
  return is_part && levels_.takes(day_of(row), of, failed ? Measure::failures : measure);
}

void Counting::feed_rest(const std::vector<const Feed*>& feeds, const Row& row,
                         const Names& names) {
  if (!levels_.any_summed()) {
    limited_.count(feeds, row, names);
    return;
  }
  rest_.clear();
  std::ranges::copy_if(feeds, std::back_inserter(rest_),
                       [&](const Feed* feed) { return !is_summed(*feed, row); });
  limited_.count(rest_, row, names);
}

void Counting::count_summed(const DailyLevels::Growth& growth) {
  const bool of_models = growth.of == levels_.models();
  if (growth.of == SumOf::all || (growth.of == SumOf::model && !of_models)) {
    return;
  }
  for (const Outcome outcome : kEnumerators<Outcome>) {
    const Row row = row_of(growth, outcome, directory_);
    const bool any = std::ranges::any_of(kEnumerators<Measure>, [&](Measure measure) {
      return outcome_of(measure) == outcome && growth.amounts[measure] > 0;
    });
    if (!any) {
      continue;
    }
    if (row.success && of_models) {
      know(row);
    } else if (row.success) {
      known_.learn(row);
    }
    Names names = known_.resolve(row);
    if (!row.tags.empty()) {
      names.tag = known_.tag(row, row.tags.front());
    }
    limited_.count(feeds_of_sums_[growth.of], row, names);
    if (of_models && growth.of != SumOf::model) {
      limited_.count(feeds_of_sums_[SumOf::model], row, names);
    }
    if (!row.success && of_models) {
      fail_without_code(row, static_cast<std::uint64_t>(std::llround(row.requests)));
    }
  }
}

void Counting::feed_guardrails(const std::vector<const Feed*>& feeds, const Row& row,
                               Names& names) {
  const Label of_request = names.status;
  for (const Row::Guardrail& guardrail : row.guardrails) {
    names.guardrail = {guardrail.name, Trust::open};
    names.guardrail_seconds = guardrail.seconds;
    names.status = {guardrail.status};
    limited_.count(feeds, row, names);
  }
  names.status = of_request;
}

void Counting::feed_dimensions(const std::vector<const Feed*>& feeds, const Row& row,
                               Names& names) {
  const std::size_t count = std::min(dimensions_.size(), row.dimensions.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (!row.dimensions[i].empty()) {
      names.dimension = {dimensions_[i]};
      names.value = KnownNames::chosen(row, row.dimensions[i]);
      limited_.count(feeds, row, names);
    }
  }
}

// Its sums may not have been written yet when those get their own baseline.
void Counting::learn(const Row& row) {
  constexpr std::chrono::seconds kOnItsWay{30};
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  if (!levels_.started() && is_request(row) && row.end_seconds &&
      now.count() - *row.end_seconds < kOnItsWay.count()) {
    levels_.tolerate(day_of(row), row.success ? Outcome::success : Outcome::failure);
  }
  know(row);
}

void Counting::know(const Row& row) {
  if (!row.success || !is_request(row)) {
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

void Counting::baseline(Baseline reason) {
  store_.add(Family::baselines, {kBaselineNames[reason]}, 1);
}

void Counting::foresee() {
  foresee_keys(directory_, feeds_of(&FamilySwitches::keys), limited_);
  // Any team may use any model: foreseen only where that stays a small part of the limit.
  foresee_teams(directory_, known_.models(), limits_.series_per_family / 10,
                feeds_of(&FamilySwitches::teams), limited_);
}

std::vector<const Feed*> Counting::feeds_of(bool FamilySwitches::*group) const {
  std::vector<const Feed*> some;
  std::ranges::copy_if(feeds_[Per::call], std::back_inserter(some),
                       [&](const Feed* feed) { return info(feed->family()).group == group; });
  return some;
}

void Counting::count_everywhere(const Row& row, double now, bool has_code) {
  know(row);
  if (levels_.started()) {
    levels_.begin_through(day_of(std::chrono::seconds{static_cast<std::int64_t>(now)}));
    note(row, is_request(row), levels_);
  }
  Names names = known_.resolve(row);
  for (const Per per : kEnumerators<Per>) {
    if (has_code || per != Per::failure) {
      feed(per, row, names);
    }
  }
  for (const Invalid invalid : row.invalid) {
    store_.add(Family::invalid_rows, {kInvalidNames[invalid]}, 1);
  }
  if (row.end_seconds) {
    store_.observe(Family::lag, {}, std::max(0.0, now - *row.end_seconds));
  }
}

}  // namespace litellm_exporter

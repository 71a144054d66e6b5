// SPDX-License-Identifier: Apache-2.0
#include "counting/limited_store.hpp"

#include "base/label_values.hpp"

#include <algorithm>

namespace litellm_exporter {
namespace {

// Families whose last label says how the request ended.
bool has_status(Family family) {
  return family == Family::requests || family == Family::request_duration ||
         family == Family::team_requests || family == Family::key_requests;
}

}  // namespace

void LimitedStore::add(Family family, std::initializer_list<Label> labels, double amount) {
  store_.add(family, series(family, std::span(labels.begin(), labels.size())), amount);
}

void LimitedStore::observe(Family family, std::initializer_list<Label> labels, double value) {
  store_.observe(family, series(family, std::span(labels.begin(), labels.size())), value);
}

void LimitedStore::foresee(Family family, std::initializer_list<std::string_view> labels) {
  if (has_room(family, Trust::known)) {
    store_.make(family, SeriesStore::join(labels));
  }
}

SeriesStore::Entry& LimitedStore::series(Family family, std::span<const Label> labels) {
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

void LimitedStore::make_other_status(Family family, std::span<const Label> labels, Trust trust) {
  if (trust == Trust::unverified || !has_status(family)) {
    return;
  }
  const std::string_view status = labels.back().value;
  std::string sibling = key_.substr(0, key_.size() - status.size());
  sibling += status == kSuccess ? kFailure : kSuccess;
  store_.make(family, sibling);
}

bool LimitedStore::has_room(Family family, Trust trust) const {
  const bool unverified_room =
      trust != Trust::unverified || store_.unverified_count(family) < limits_.unverified_names;
  return unverified_room && store_.series_count(family) < limits_.series_per_family;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "counting/limited_store.hpp"

#include <algorithm>
#include <string_view>

namespace litellm_exporter {
namespace {

template <typename ValueOf>
void join(const Feed& feed, const Names& names, ValueOf value_of, std::string& key) {
  key.clear();
  for (const auto label : feed.labels()) {
    key.append(value_of(names.*label)).push_back('\0');
  }
  key.pop_back();
}

std::string_view own_value(const Label& label) { return label.value; }

std::string_view folded_value(const Label& label) {
  return label.trust == Trust::known ? label.value : label.folded;
}

Trust least_trust(const Feed& feed, const Names& names) {
  Trust trust = Trust::known;
  for (const auto label : feed.labels()) {
    trust = std::max(trust, (names.*label).trust);
  }
  return trust;
}

// The key of the series that differs in the last label; empty where there is none.
std::string sibling_of(std::string_view key, const Label& last) {
  if (last.sibling.empty()) {
    return {};
  }
  std::string sibling{key.substr(0, key.size() - last.value.size())};
  return sibling.append(last.sibling);
}

}  // namespace

void LimitedStore::count(std::span<const Feed* const> feeds, const Row& row, const Names& names) {
  std::span<Label Names::*const> joined;
  Trust trust = Trust::known;
  for (const Feed* feed : feeds) {
    const auto amount = feed->amount_of(row);
    if (!amount) {
      continue;
    }
    // Most families have the labels of the one before.
    if (!std::ranges::equal(joined, feed->labels())) {
      joined = feed->labels();
      join(*feed, names, own_value, key_);
      trust = least_trust(*feed, names);
    }
    SeriesStore::Entry& entry = series(*feed, names, trust);
    if (info(feed->family()).type == FamilyType::histogram) {
      store_.observe(feed->family(), entry, *amount);
    } else {
      store_.add(feed->family(), entry, *amount);
    }
  }
}

void LimitedStore::foresee(const Feed& feed, const Names& names) {
  const auto make = [&](const std::string& key) {
    if (has_room(feed.family(), Trust::known)) {
      store_.make(feed.family(), key);
    }
  };
  join(feed, names, own_value, key_);
  make(key_);
  if (const auto sibling = sibling_of(key_, names.*feed.labels().back()); !sibling.empty()) {
    make(sibling);
  }
}

SeriesStore::Entry& LimitedStore::series(const Feed& feed, const Names& names, Trust trust) {
  const Family family = feed.family();
  if (SeriesStore::Entry* entry = store_.find(family, key_)) {
    if (trust != Trust::unverified) {
      store_.set_verified(family, *entry);
    }
    return *entry;
  }
  if (trust == Trust::known || has_room(family, trust)) {
    const std::string sibling = sibling_of(key_, names.*feed.labels().back());
    if (trust != Trust::unverified && !sibling.empty()) {
      store_.make(family, sibling);
    }
    return store_.make(family, key_, trust == Trust::unverified);
  }
  store_.add(Family::series_overflow, {info(family).name}, 1);
  std::string folded;
  join(feed, names, folded_value, folded);
  return store_.make(family, folded);
}

bool LimitedStore::has_room(Family family, Trust trust) const {
  const bool unverified_room =
      trust != Trust::unverified || store_.unverified_count(family) < limits_.unverified_names;
  return unverified_room && store_.series_count(family) < limits_.series_per_family;
}

}  // namespace litellm_exporter

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

// The first two label values.
std::string_view subject_of(std::string_view key) {
  return key.substr(0, key.find('\0', key.find('\0') + 1));
}

}  // namespace

LimitedStore::LimitedStore(const Config::Limits& limits, SeriesStore& store)
    : limits_(limits), store_(store) {
  for (const Family family : kEnumerators<Family>) {
    if (info(family).type == FamilyType::info) {
      for (const auto& [key, series] : store.series(family)) {
        if (series.value != 0) {
          said_[family].insert_or_assign(std::string{subject_of(key)}, store.find(family, key));
        }
      }
    }
  }
}

void LimitedStore::count(std::span<const Feed* const> feeds, const Row& row, const Names& names) {
  std::span<Label Names::*const> joined;
  Trust trust = Trust::known;
  for (const Feed* feed : feeds) {
    const auto amount = feed->amount_of(row, names);
    if (!amount) {
      continue;
    }
    // Most families have the labels of the one before.
    if (!std::ranges::equal(joined, feed->labels())) {
      joined = feed->labels();
      join(*feed, names, own_value, key_);
      trust = least_trust(*feed, names);
    }
    this->feed(feed->family(), series(*feed, names, trust), *amount);
  }
}

void LimitedStore::feed(Family family, SeriesStore::Entry& entry, double amount) {
  switch (info(family).type) {
    case FamilyType::counter:
      return store_.add(family, entry, amount);
    case FamilyType::histogram:
      return store_.observe(family, entry, amount);
    case FamilyType::info:
      return say(family, entry);
  }
}

void LimitedStore::say(Family family, SeriesStore::Entry& entry) {
  if (entry.second.value != 0) {
    return;
  }
  SeriesStore::Entry*& said = said_[family][std::string{subject_of(entry.first)}];
  if (said != nullptr) {
    store_.set(family, *said, 0);
  }
  said = &entry;
  store_.set(family, entry, 1);
}

void LimitedStore::foresee(const Feed& feed, const Names& names) {
  const auto make_if_room = [&](const std::string& key) {
    if (has_room(feed.family(), Trust::known)) {
      make(feed.family(), key, false);
    }
  };
  join(feed, names, own_value, key_);
  make_if_room(key_);
  if (const auto sibling = sibling_of(key_, names.*feed.labels().back()); !sibling.empty()) {
    make_if_room(sibling);
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
      make(family, sibling, false);
    }
    return make(family, key_, trust == Trust::unverified);
  }
  store_.add(Family::series_overflow, {info(family).name}, 1);
  std::string folded;
  join(feed, names, folded_value, folded);
  return make(family, folded, false);
}

// A family's first series brings the counter of those that find no room, at 0: families that nobody
// uses have none.
SeriesStore::Entry& LimitedStore::make(Family family, std::string_view key, bool unverified) {
  if (store_.series(family).empty()) {
    store_.make(Family::series_overflow, info(family).name);
  }
  return store_.make(family, key, unverified);
}

bool LimitedStore::has_room(Family family, Trust trust) const {
  const bool unverified_room =
      trust != Trust::unverified || store_.unverified_count(family) < limits_.unverified_names;
  return unverified_room && store_.series_count(family) < limits_.series_per_family;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "series/store.hpp"

#include <algorithm>
#include <utility>

namespace litellm_exporter {

SeriesStore::SeriesStore(Bounds bounds) {
  for (const Family family : kEnumerators<Family>) {
    families_[family].bounds = std::move(bounds[family]);
  }
}

std::string SeriesStore::join(std::initializer_list<std::string_view> labels) {
  std::string key;
  for (const std::string_view label : labels) {
    key.append(label).push_back('\0');
  }
  if (!key.empty()) {
    key.pop_back();
  }
  return key;
}

std::vector<std::string_view> SeriesStore::split(std::string_view key) {
  std::vector<std::string_view> labels;
  while (true) {
    const std::size_t end = key.find('\0');
    labels.push_back(key.substr(0, end));
    if (end == std::string_view::npos) {
      return labels;
    }
    key.remove_prefix(end + 1);
  }
}

SeriesStore::Entry* SeriesStore::find(Family family, std::string_view key) {
  Map& map = families_[family].map;
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &*found;
}

SeriesStore::Entry& SeriesStore::make(Family family, std::string_view key, bool unverified) {
  PerFamily& target = families_[family];
  const auto [place, fresh] = target.map.try_emplace(std::string{key});
  if (fresh) {
    if (info(family).type == FamilyType::histogram) {
      place->second.buckets.resize(target.bounds.size() + 1);
    }
    place->second.unverified = unverified;
    target.unverified += unverified ? 1 : 0;
    hidden_.push_back({family, &*place});
    mark(family, *place);
  }
  return *place;
}

void SeriesStore::add(Family family, Entry& entry, double amount) {
  if (amount != 0) {
    entry.second.value += amount;
    mark(family, entry);
  }
}

void SeriesStore::observe(Family family, Entry& entry, double value) {
  const std::vector<double>& bounds = families_[family].bounds;
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
  ++entry.second.buckets.at(static_cast<std::size_t>(bucket));
  entry.second.value += value;
  mark(family, entry);
}

void SeriesStore::set(Family family, Entry& entry, double value) {
  if (entry.second.value != value) {
    entry.second.value = value;
    mark(family, entry);
  }
}

void SeriesStore::set_verified(Family family, Entry& entry) {
  if (entry.second.unverified) {
    entry.second.unverified = false;
    --families_[family].unverified;
    mark(family, entry);
  }
}

void SeriesStore::add(Family family, std::initializer_list<std::string_view> labels,
                      double amount) {
  add(family, make(family, join(labels)), amount);
}

void SeriesStore::observe(Family family, std::initializer_list<std::string_view> labels,
                          double value) {
  observe(family, make(family, join(labels)), value);
}

std::size_t SeriesStore::series_count(Family family) const {
  return families_[family].map.size() * lines_of_each(family);
}

std::size_t SeriesStore::lines_of_each(Family family) const {
  // The buckets up to +Inf, the sum and the count.
  return info(family).type == FamilyType::histogram ? bounds(family).size() + 3 : 1;
}

void SeriesStore::show_fetched(std::uint64_t fetched_page) {
  std::erase_if(hidden_, [&](const Changed& hidden) {
    Series& series = hidden.entry->second;
    if (series.first_page == 0 || series.first_page > fetched_page) {
      return false;
    }
    series.shown = true;
    mark(hidden.family, *hidden.entry);
    return true;
  });
}

void SeriesStore::show_all() {
  for (const Changed& hidden : hidden_) {
    hidden.entry->second.shown = true;
    mark(hidden.family, *hidden.entry);
  }
  hidden_.clear();
}

void SeriesStore::put_on_page(std::uint64_t page) {
  for (const Changed& hidden : hidden_) {
    if (hidden.entry->second.first_page == 0) {
      hidden.entry->second.first_page = page;
    }
  }
}

void SeriesStore::saved() {
  for (const Changed& changed : changed_) {
    changed.entry->second.dirty = false;
  }
  changed_.clear();
}

void SeriesStore::rendered() {
  for (const Changed& changed : stale_) {
    changed.entry->second.stale = false;
  }
  stale_.clear();
}

void SeriesStore::restore(Family family, std::string_view key, Series series) {
  PerFamily& target = families_[family];
  const bool histogram = info(family).type == FamilyType::histogram;
  if (series.buckets.size() != (histogram ? target.bounds.size() + 1 : 0)) {
    return;
  }
  series.dirty = false;
  series.stale = false;
  series.first_page = 0;
  target.map.insert_or_assign(std::string{key}, std::move(series));
}

void SeriesStore::restored() {
  hidden_.clear();
  for (const Family family : kEnumerators<Family>) {
    PerFamily& target = families_[family];
    target.unverified = 0;
    for (Entry& entry : target.map) {
      target.unverified += entry.second.unverified ? 1 : 0;
      if (!entry.second.shown) {
        hidden_.push_back({family, &entry});
      }
    }
  }
}

void SeriesStore::rebound(Bounds bounds) {
  const auto starts_afresh = [&](Family family) { return this->bounds(family) != bounds[family]; };
  const auto of_such = [&](const Changed& changed) { return starts_afresh(changed.family); };
  std::erase_if(changed_, of_such);
  std::erase_if(stale_, of_such);
  std::erase_if(hidden_, of_such);
  for (const Family family : kEnumerators<Family>) {
    if (starts_afresh(family)) {
      families_[family] = {};
    }
    families_[family].bounds = std::move(bounds[family]);
  }
}

void SeriesStore::mark(Family family, Entry& entry) {
  if (!entry.second.dirty) {
    entry.second.dirty = true;
    changed_.push_back({family, &entry});
  }
  if (!entry.second.stale) {
    entry.second.stale = true;
    stale_.push_back({family, &entry});
  }
}

}  // namespace litellm_exporter

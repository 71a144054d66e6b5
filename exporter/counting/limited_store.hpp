// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "counting/feeds.hpp"
#include "counting/names.hpp"
#include "series/store.hpp"
#include "spendlog/row.hpp"

#include <span>
#include <string>
#include <unordered_map>

namespace litellm_exporter {

// The series of labels that clients may choose: above a family's limits they fold into "other", and
// a counter says so. Belongs to the thread that polls the database.
class LimitedStore {
 public:
  LimitedStore(const Config::Limits& limits, SeriesStore& store);

  // Lets a row feed these families.
  void count(std::span<const Feed* const> feeds, const Row& row, const Names& names);
  // A series that may come and its sibling, at 0; not if their family has no room.
  void foresee(const Feed& feed, const Names& names);

 private:
  // Of the labels whose values are in key_.
  SeriesStore::Entry& series(const Feed& feed, const Names& names, Trust trust);
  bool has_room(Family family, Trust trust) const;
  SeriesStore::Entry& make(Family family, std::string_view key, bool unverified);
  void feed(Family family, SeriesStore::Entry& entry, double amount);
  // Lets an info hold, and what was said of the same before hold no longer.
  void say(Family family, SeriesStore::Entry& entry);

  Config::Limits limits_;
  SeriesStore& store_;
  // What the infos say, by what they say it of.
  EnumArray<Family, std::unordered_map<std::string, SeriesStore::Entry*>> said_;
  // A member for the sake of its memory: every row asks for some twenty series.
  std::string key_;
};

}  // namespace litellm_exporter

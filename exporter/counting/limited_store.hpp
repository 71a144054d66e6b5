// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "counting/feeds.hpp"
#include "counting/names.hpp"
#include "series/store.hpp"
#include "spendlog/row.hpp"

#include <span>
#include <string>

namespace litellm_exporter {

// The series of labels that clients may choose: above a family's limits they fold into "other", and
// a counter says so. Belongs to the thread that polls the database.
class LimitedStore {
 public:
  LimitedStore(const Config::Limits& limits, SeriesStore& store) : limits_(limits), store_(store) {}

  // Lets a row feed these families.
  void count(std::span<const Feed* const> feeds, const Row& row, const Names& names);
  // A series that may come and its sibling, at 0; not if their family has no room.
  void foresee(const Feed& feed, const Names& names);

 private:
  // Of the labels whose values are in key_.
  SeriesStore::Entry& series(const Feed& feed, const Names& names, Trust trust);
  bool has_room(Family family, Trust trust) const;

  Config::Limits limits_;
  SeriesStore& store_;
  // A member for the sake of its memory: every row asks for some twenty series.
  std::string key_;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "counting/label.hpp"
#include "series/store.hpp"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace litellm_exporter {

// The series of labels that clients may choose: above a family's limits they fold into "other", and
// a counter says so. Belongs to the thread that polls the database.
class LimitedStore {
 public:
  LimitedStore(const Config::Limits& limits, SeriesStore& store) : limits_(limits), store_(store) {}

  void add(Family family, std::initializer_list<Label> labels, double amount);
  void observe(Family family, std::initializer_list<Label> labels, double value);
  // A series that may come, at 0; not if its family has no room.
  void foresee(Family family, std::initializer_list<std::string_view> labels);

 private:
  SeriesStore::Entry& series(Family family, std::span<const Label> labels);
  // The first failure of a key that has only succeeded so far should be an increase, too.
  void make_other_status(Family family, std::span<const Label> labels, Trust trust);
  bool has_room(Family family, Trust trust) const;

  Config::Limits limits_;
  SeriesStore& store_;
  // Kept for its memory: every row asks for some twenty series.
  std::string key_;
};

}  // namespace litellm_exporter

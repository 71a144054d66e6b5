// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daily/day.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

// From the daily sums of a table, which LiteLLM only lets grow, to increments of counters. Pure.
namespace litellm_exporter {

class DailyReading;

// What is remembered of one table: the sums of today and yesterday as they were last read, by label
// values. It is saved together with the counters that it produced, so that neither is ever ahead of
// the other. Belongs to the thread that polls the database.
class DailySums {
 public:
  // Whoever wrote so many different label values in a day makes up more: the rest of a day is
  // remembered, and counted, as one.
  static constexpr std::size_t kMostPerDay = 10'000;

  enum class Sight {
    unseen,    // never looked for, or never readable: the first reading is a baseline
    absent,    // was not there when it was looked for: whatever it will hold counts
    followed,  // has been read
  };

  // Label values, joined by NUL, with their sum.
  using Sums = std::unordered_map<std::string, double>;
  using Changed = std::unordered_map<const Sums::value_type*, Day>;

  Sight sight() const noexcept { return sight_; }
  // Rows of earlier days were read to their end.
  Day since() const noexcept { return since_; }
  const std::map<Day, Sums>& days() const noexcept { return days_; }

  // The table is not there. Once it was followed nothing is forgotten: a table that is being
  // restored comes back with what it held.
  void absent(Day today);
  // The table is there and may not be read.
  void refused();
  // Begins anew: the next reading is a baseline.
  void forget();

  // By how much the counters of these label values have grown; 0 for those that are new and not
  // counted. `settled`: a sum that is lower than remembered, or gone, has been corrected, and is
  // remembered so. Else the reading may be of a replica that lags behind, and only what has grown
  // is taken.
  std::map<std::string, double> take(const DailyReading& reading, bool settled);

  // What the state file needs: the sums changed since the last call of saved(), or all of them if
  // `begun_anew`, because those before do not hold any more.
  const Changed& changed() const noexcept { return changed_; }
  bool begun_anew() const noexcept { return begun_anew_; }
  void saved();
  // Puts back what was saved.
  void restore(Sight sight, Day since);
  void restore(Day day, std::string_view labels, double sum);

 private:
  void remember(Day day, Sums::value_type& sum, double value);
  void lower_missing(const DailyReading& reading);
  void forget_before(Day day);

  Sight sight_ = Sight::unseen;
  Day since_;
  std::map<Day, Sums> days_;
  Changed changed_;
  bool begun_anew_ = false;
};

// The rows of a table as one poll reads them. If the poll fails, it is thrown away and nothing has
// changed.
class DailyReading {
 public:
  // `known` outlives it and does not change meanwhile.
  DailyReading(const DailySums& known, Day today);

  // The days of which rows are wanted. After an outage there are more than two.
  Day from() const noexcept { return from_; }
  Day today() const noexcept { return today_; }
  // A row: label values joined by NUL, and those that they fold into where the day is full.
  void add(Day day, std::string_view labels, std::string_view folded, double sum);

  const std::map<Day, DailySums::Sums>& days() const noexcept { return days_; }

 private:
  const DailySums& known_;
  Day today_;
  Day from_;
  std::map<Day, DailySums::Sums> days_;
  // How many label values of their own each day has, remembered and new.
  std::map<Day, std::size_t> own_;
};

}  // namespace litellm_exporter

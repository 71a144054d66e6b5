// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daily/day.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm_exporter {

// What a daily table says of the current month, day by day: a day that is over grows no more, so
// that it need not be read at each poll. Today is, and yesterday, because rows come late; the older
// days are read once, and then in turn, because somebody may correct them. Where days have many
// rows, those that are over rest for some polls after they were read. Pure; belongs to one thread.
// Takes a quarter of a kilobyte for each key: a team, or a column.
class MonthToDate {
 public:
  struct Found {
    Day day;
    std::string key;
    double sum = 0;
    // Whether there were values that are no numbers, which the sum leaves out.
    bool without_number = false;
  };

  // The sums of one key.
  class Sums {
   public:
    double of(Day day) const;
    double total() const;
    bool without_number() const { return without_number_.any(); }

   private:
    friend class MonthToDate;
    static constexpr std::size_t kDays = 31;

    std::array<double, kDays> sums_{};
    // The days of which anything was found.
    std::bitset<kDays> found_;
    std::bitset<kDays> without_number_;
  };

  // Begins a poll. `what` is being summed: sums of anything else are forgotten, and so are those of
  // another month, and all of them if the clock was set back.
  void begin(Day today, std::string_view what);

  // Today, and unless days that are over rest, yesterday, as far as it is of this month.
  std::vector<Day> recent() const;
  // The older day whose turn it is: one that was not read since it was over, or else the one that
  // was read before all others. Nothing if there is no older day, or they rest.
  std::optional<Day> next() const;
  // Replaces what was known of these days.
  void take(const std::vector<Day>& days, const std::vector<Found>& found);

  // So many rows of days that are over were read: they rest until it is this many a poll.
  static constexpr double kRowsAPoll = 200'000;
  void spend(double rows) { spent_ += rows; }

  // Whether all days of the month are known: only then a total means anything.
  bool complete() const;
  Day today() const noexcept { return today_; }
  // By key, of the keys of which anything was found.
  const std::map<std::string, Sums, std::less<>>& all() const noexcept { return all_; }

 private:
  static std::size_t index(Day day);

  Day today_{};
  std::string what_;
  std::map<std::string, Sums, std::less<>> all_;
  // In which order the days were read; 0 is yet to be read.
  std::array<std::uint64_t, Sums::kDays> turns_{};
  std::uint64_t last_turn_ = 0;
  double spent_ = 0;
  bool rests_ = false;
};

}  // namespace litellm_exporter

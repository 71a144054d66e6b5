// SPDX-License-Identifier: Apache-2.0
#include "subjects/month_to_date.hpp"

#include <algorithm>
#include <numeric>
#include <span>

namespace litellm_exporter {
namespace {

using std::chrono::days;
using std::chrono::year_month_day;

Day first_of_month(Day day) {
  const year_month_day date{day};
  return Day{date.year() / date.month() / 1};
}

}  // namespace

std::size_t MonthToDate::index(Day day) {
  return static_cast<std::size_t>((day - first_of_month(day)).count());
}

double MonthToDate::Sums::of(Day day) const { return sums_.at(index(day)); }

double MonthToDate::Sums::total() const { return std::accumulate(sums_.begin(), sums_.end(), 0.0); }

void MonthToDate::begin(Day today, std::string_view what) {
  if (first_of_month(today) != first_of_month(today_) || today < today_ || what != what_) {
    *this = MonthToDate{};
    what_ = what;
    today_ = today;
  }
  if (today != today_) {
    // Those that were recent at the last poll may have grown since.
    const std::size_t recent = index(today_) == 0 ? 0 : index(today_) - 1;
    std::ranges::fill(std::span(turns_).subspan(recent), 0);
    today_ = today;
  }
  spent_ = std::max(0.0, spent_ - kRowsAPoll);
  rests_ = spent_ > 0 && complete();
}

std::vector<Day> MonthToDate::recent() const {
  std::vector<Day> found{today_};
  if (index(today_) > 0 && !rests_) {
    found.push_back(today_ - days{1});
  }
  return found;
}

std::optional<Day> MonthToDate::next() const {
  if (index(today_) < 2 || rests_) {
    return std::nullopt;
  }
  const auto older = std::span(turns_).first(index(today_) - 1);
  return first_of_month(today_) + days{std::ranges::min_element(older) - older.begin()};
}

void MonthToDate::take(const std::vector<Day>& days, const std::vector<Found>& found) {
  for (const Day day : days) {
    for (auto& [key, sums] : all_) {
      sums.sums_.at(index(day)) = 0;
      sums.found_.reset(index(day));
      sums.without_number_.reset(index(day));
    }
    turns_.at(index(day)) = ++last_turn_;
  }
  for (const Found& one : found) {
    Sums& sums = all_[one.key];
    sums.sums_.at(index(one.day)) = one.sum;
    sums.found_.set(index(one.day));
    sums.without_number_.set(index(one.day), one.without_number);
  }
  std::erase_if(all_, [](const auto& entry) { return entry.second.found_.none(); });
}

bool MonthToDate::complete() const {
  const auto so_far = std::span(turns_).first(index(today_) + 1);
  return std::ranges::find(so_far, 0U) == so_far.end();
}

}  // namespace litellm_exporter

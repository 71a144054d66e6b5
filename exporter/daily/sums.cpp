// SPDX-License-Identifier: Apache-2.0
#include "daily/sums.hpp"

#include <algorithm>

namespace litellm_exporter {
namespace {

constexpr std::chrono::days kDay{1};

const DailySums::Sums* day_of(const std::map<Day, DailySums::Sums>& days, Day day) {
  const auto found = days.find(day);
  return found == days.end() ? nullptr : &found->second;
}

bool holds(const DailySums::Sums* sums, const std::string& labels) {
  return sums != nullptr && sums->contains(labels);
}

}  // namespace

void DailySums::absent(Day today) {
  if (sight_ != Sight::followed) {
    sight_ = Sight::absent;
    since_ = today - kDay;
  }
}

void DailySums::refused() {
  if (sight_ == Sight::absent) {
    sight_ = Sight::unseen;
  }
}

void DailySums::forget() {
  days_.clear();
  changed_.clear();
  sight_ = Sight::unseen;
  begun_anew_ = true;
}

std::map<std::string, double> DailySums::take(const DailyReading& reading, bool settled) {
  const bool baseline = sight_ == Sight::unseen;
  std::map<std::string, double> grown;
  for (const auto& [day, sums] : reading.days()) {
    Sums& remembered = days_[day];
    for (const auto& [labels, sum] : sums) {
      const auto [known, is_new] = remembered.try_emplace(labels, 0);
      const double growth = baseline ? 0 : std::max(0.0, sum - known->second);
      if (is_new || growth > 0) {
        grown[labels] += growth;
      }
      if (is_new || sum > known->second || (settled && sum < known->second)) {
        remember(day, *known, sum);
      }
    }
  }
  if (settled) {
    lower_missing(reading);
  }
  sight_ = Sight::followed;
  // A clock that was set back by a day brings no day back.
  since_ = baseline ? reading.from() : std::max(since_, reading.today() - kDay);
  forget_before(since_);
  return grown;
}

// Who writes a row anew that was deleted begins at nothing.
void DailySums::lower_missing(const DailyReading& reading) {
  for (auto& [day, remembered] : days_) {
    const Sums* read = day_of(reading.days(), day);
    for (Sums::value_type& sum : remembered) {
      if (day <= reading.today() && sum.second > 0 && !holds(read, sum.first)) {
        remember(day, sum, 0);
      }
    }
  }
}

void DailySums::remember(Day day, Sums::value_type& sum, double value) {
  sum.second = value;
  changed_.insert_or_assign(&sum, day);
}

void DailySums::forget_before(Day day) {
  std::erase_if(changed_, [&](const auto& changed) { return changed.second < day; });
  days_.erase(days_.begin(), days_.lower_bound(day));
}

void DailySums::saved() {
  changed_.clear();
  begun_anew_ = false;
}

void DailySums::restore(Sight sight, Day since) {
  sight_ = sight;
  since_ = since;
  forget_before(since);
}

void DailySums::restore(Day day, std::string_view labels, double sum) {
  if (day >= since_) {
    days_[day].insert_or_assign(std::string{labels}, sum);
  }
}

DailyReading::DailyReading(const DailySums& known, Day today)
    : known_(known),
      today_(today),
      from_(known.sight() == DailySums::Sight::unseen ? today - kDay : known.since()) {}

void DailyReading::add(Day day, std::string_view labels, std::string_view folded, double sum) {
  if (day < from_ || day > today_) {
    return;
  }
  const DailySums::Sums* known = day_of(known_.days(), day);
  DailySums::Sums& sums = days_[day];
  std::size_t& own = own_.try_emplace(day, known == nullptr ? 0 : known->size()).first->second;
  std::string key{labels};
  if (!sums.contains(key) && !holds(known, key)) {
    if (own >= DailySums::kMostPerDay) {
      key = folded;
    } else {
      ++own;
    }
  }
  // No number of requests is below 0.
  sums[key] += std::max(0.0, sum);
}

}  // namespace litellm_exporter

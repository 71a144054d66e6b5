// SPDX-License-Identifier: Apache-2.0
#include "daily/levels.hpp"

#include "base/label_values.hpp"
#include "daily/level_reading.hpp"

#include <algorithm>
#include <cmath>

namespace litellm_exporter {
namespace {

constexpr std::chrono::days kDay{1};
// After a longer absence the days before are given up.
constexpr std::chrono::days kLongestAbsence{62};

// Sums of amounts that were added in different orders differ by so much.
bool exceeds(double one, double other) {
  constexpr double kPrecision = 1e-9;
  return one - other > kPrecision * std::max(1.0, std::abs(other));
}

}  // namespace

DailyLevels::Levels* DailyLevels::find(Day day) {
  const auto found = days_.find(day);
  return found == days_.end() ? nullptr : &found->second;
}

bool DailyLevels::takes(Day day, SumOf of, Measure measure) const {
  of = of == SumOf::model ? models() : of;
  if (!followed_[of] || days_.empty()) {
    return false;
  }
  if (day < days_.begin()->first) {
    // What is over was counted as the others are.
    return presumed_[outcome_of(measure)];
  }
  const auto found = days_.find(day);
  return found != days_.end() && found->second.sources[outcome_of(measure)] != Source::rows;
}

void DailyLevels::add(Day day, SumOf of, std::string_view key, const Measures& amounts) {
  if (!followed_[of]) {
    return;
  }
  // Around midnight rows may be ahead of the poll that begins the day.
  if (!days_.empty() && day == days_.rbegin()->first + kDay) {
    begin(day);
  }
  Levels* levels = find(day);
  if (levels == nullptr) {
    return;
  }
  Groups::value_type& noted = group(day, *levels, of, key);
  for (const Measure measure : kEnumerators<Measure>) {
    if (levels->sources[outcome_of(measure)] == Source::rows) {
      noted.second.level[measure] += amounts[measure];
    }
  }
  changed_.insert_or_assign(&noted, std::pair{day, of});
}

DailyLevels::Groups::value_type& DailyLevels::group(Day day, Levels& levels, SumOf of,
                                                    std::string_view key) {
  Groups& groups = levels.groups[of];
  auto found = groups.find(std::string{key});
  if (found == groups.end()) {
    const std::string_view own = groups.size() < kMostGroups ? key : kRest;
    found = groups.try_emplace(std::string{own}).first;
    changed_.insert_or_assign(&*found, std::pair{day, of});
  }
  return *found;
}

DailyLevels::Audit* DailyLevels::audit(Day day) {
  Levels* levels = find(day);
  return levels == nullptr ? nullptr : &levels->audit;
}

void DailyLevels::begin(Day day) {
  Levels& levels = days_.try_emplace(day).first->second;
  levels.settled = true;
  for (const Outcome outcome : kEnumerators<Outcome>) {
    levels.sources[outcome] = presumed_[outcome] ? Source::sums : Source::rows;
  }
}

void DailyLevels::switch_to(Outcome outcome, bool summed) {
  presumed_[outcome] = summed;
  watches_[outcome].forget();
  for (auto& [day, levels] : days_) {
    Source& source = levels.sources[outcome];
    if (!summed) {
      source = Source::rows;
    } else if (source == Source::rows) {
      source = Source::switching;
      levels.settled = false;
    }
  }
}

bool DailyLevels::is_summed(Outcome outcome) const {
  return presumed_[outcome] || std::ranges::any_of(days_, [&](const auto& day) {
           return day.second.sources[outcome] != Source::rows;
         });
}

bool DailyLevels::is_settled() const {
  return std::ranges::all_of(days_, [](const auto& day) { return day.second.settled; });
}

Day DailyLevels::from(Day today) const {
  return days_.empty() ? today - kDay : std::max(days_.begin()->first, today - kLongestAbsence);
}

void DailyLevels::begin_through(Day today) {
  if (!days_.empty() && days_.rbegin()->first >= today) {
    return;
  }
  for (Day day = from(today); day <= today; day += kDay) {
    if (find(day) == nullptr) {
      begin(day);
    }
  }
}

DailyLevels::Taken DailyLevels::take(const LevelReading& reading) {
  Taken taken;
  for (auto& [day, levels] : days_) {
    for (const SumOf of : kEnumerators<SumOf>) {
      if (day <= reading.to() && reading.has_read(of)) {
        take(day, levels, of, reading, taken);
      }
    }
  }
  for (const SumOf of : kEnumerators<SumOf>) {
    followed_[of] = reading.has_read(of) || (followed_[of] && reading.has_missed(of));
  }
  for (auto& [day, levels] : days_) {
    if (day <= reading.to()) {
      conclude(levels);
    }
  }
  return taken;
}

namespace {

// Brings a group's sums up to what was read, and its level down by what was corrected.
void refresh(DailyLevels::Group& group, const LevelReading::Change& change,
             const LevelReading& reading, SumOf of) {
  using Extent = LevelReading::Extent;
  const Extent extent = reading.extent();
  for (const Measure measure : kEnumerators<Measure>) {
    if (!reading.has_read(of, measure)) {
      continue;
    }
    double& sum = group.sum[measure];
    const double grown = sum + change.grown[measure];
    double lowered = change.lowered[measure];
    if (extent == Extent::complete) {
      // What is missing then was deleted.
      lowered = std::max(lowered, grown - change.sum[measure]);
    }
    sum = extent == Extent::changes ? grown - lowered : change.sum[measure];
    if (extent != Extent::anew && exceeds(lowered, 0)) {
      group.level[measure] = std::max(0.0, group.level[measure] - lowered);
    }
  }
  if (!change.label.empty()) {
    group.label = change.label;
  }
}

// Both sides of a switch must know the same groups. Where rows and sums spell a name differently,
// the sums seem to have what the level lacks, and the other way round.
struct Comparison {
  double missing = 0;
  double owed = 0;

  void add(const DailyLevels::Group& group, Measure measure) {
    const double more = group.sum[measure] - group.level[measure];
    (more > 0 ? missing : owed) += std::abs(more);
  }
  bool is_mismatch() const {
    // On their way may always be some.
    constexpr double kOnTheirWay = 10;
    return owed > missing / 2 + kOnTheirWay && missing > kOnTheirWay;
  }
};

}  // namespace

void DailyLevels::take(Day day, Levels& levels, SumOf of, const LevelReading& reading,
                       Taken& taken) {
  const auto extent = reading.extent();
  const LevelReading::Changes& changes = reading.changes(day, of);
  std::unordered_map<const Groups::value_type*, LevelReading::Change> of_groups;
  for (const auto& [key, change] : changes) {
    of_groups[&group(day, levels, of, key)] += change;
  }
  EnumArray<Outcome, Comparison> compared;
  for (auto& entry : levels.groups[of]) {
    Group& group = entry.second;
    const auto change = of_groups.find(&entry);
    if (change != of_groups.end()) {
      refresh(group, change->second, reading, of);
    } else if (extent != LevelReading::Extent::changes) {
      refresh(group, {}, reading, of);
    }
    compared[Outcome::success].add(group, Measure::successes);
    compared[Outcome::failure].add(group, Measure::failures);
  }
  EnumArray<Outcome, bool> baseline;
  for (const Outcome outcome : kEnumerators<Outcome>) {
    const bool mismatch = levels.sources[outcome] == Source::switching && of != SumOf::all &&
                          compared[outcome].is_mismatch();
    if (mismatch) {
      taken.mismatched.push_back(of);
    }
    baseline[outcome] = mismatch || !followed_[of];
  }
  if (of == SumOf::all && !followed_[of]) {
    const Measures& sums = levels.groups[of][""].sum;
    levels.audit.before = sums[Measure::successes] + sums[Measure::failures];
  }
  for (auto& entry : levels.groups[of]) {
    raise(day, levels, of, entry, baseline, reading, taken);
  }
}

// Brings the level of one group up to its sums; what that adds is to be counted.
void DailyLevels::raise(Day day, const Levels& levels, SumOf of, Groups::value_type& entry,
                        const EnumArray<Outcome, bool>& baseline, const LevelReading& reading,
                        Taken& taken) {
  Group& group = entry.second;
  const bool anew = reading.extent() == LevelReading::Extent::anew;
  Growth growth{of, entry.first, group.label, {}};
  bool grown = false;
  bool changed = false;
  for (const Measure measure : kEnumerators<Measure>) {
    if (!reading.has_read(of, measure)) {
      continue;
    }
    const Source source = levels.sources[outcome_of(measure)];
    const double sum = group.sum[measure];
    double& level = group.level[measure];
    const bool unknown = is_of_sums_alone(measure) && source != Source::sums;
    const bool corrected = anew && levels.settled && source == Source::sums;
    if (baseline[outcome_of(measure)] || unknown) {
      changed = changed || level != sum;
      level = sum;
    } else if (source != Source::rows && exceeds(sum, level)) {
      growth.amounts[measure] = sum - level;
      grown = true;
      level = sum;
    } else if (corrected && exceeds(level, sum)) {
      changed = true;
      level = sum;
    }
  }
  if (grown) {
    taken.grown.push_back(std::move(growth));
  }
  if (grown || changed) {
    changed_.insert_or_assign(&entry, std::pair{day, of});
  }
}

void DailyLevels::conclude(Levels& levels) const {
  for (Source& source : levels.sources) {
    source = source == Source::switching ? Source::sums : source;
  }
  if (levels.settled) {
    return;
  }
  levels.settled = true;
  for (const SumOf of : kEnumerators<SumOf>) {
    if (!followed_[of] || (of == SumOf::model && !by_model_usage_)) {
      continue;
    }
    for (const auto& [key, group] : levels.groups[of]) {
      for (const Measure measure : kEnumerators<Measure>) {
        const bool summed = levels.sources[outcome_of(measure)] == Source::sums;
        if (summed && exceeds(group.level[measure], group.sum[measure])) {
          levels.settled = false;
        }
      }
    }
  }
}

void DailyLevels::forget_before(Day day) {
  if (!days_.empty() && days_.begin()->first < day) {
    for (LogWatch& watch : watches_) {
      watch.forget();
    }
  }
  std::erase_if(changed_, [&](const auto& changed) { return changed.second.first < day; });
  days_.erase(days_.begin(), days_.lower_bound(day));
}

void DailyLevels::forget() {
  // These are of rows, whatever becomes of the sums.
  const auto seen = seen_;
  const auto tolerated = tolerated_;
  const Day tolerated_on = tolerated_on_;
  *this = {};
  seen_ = seen;
  tolerated_ = tolerated;
  tolerated_on_ = tolerated_on;
  begun_anew_ = true;
}

void DailyLevels::forget(SumOf of) {
  followed_[of] = false;
  begun_anew_ = true;
  std::erase_if(changed_, [&](const auto& changed) { return changed.second.second == of; });
  for (auto& [day, levels] : days_) {
    levels.groups[of].clear();
  }
}

void DailyLevels::use_terms(std::uint64_t terms) {
  if (terms_ != terms) {
    forget();
    terms_ = terms;
  }
}

void DailyLevels::lower(Day day, Measure measure, double requests) {
  Levels* levels = find(day);
  if (levels == nullptr || !(requests > 0)) {
    return;
  }
  Groups::value_type& all = group(day, *levels, SumOf::all, "");
  all.second.level[measure] = std::max(0.0, all.second.level[measure] - requests);
  changed_.insert_or_assign(&all, std::pair{day, SumOf::all});
}

void DailyLevels::tolerate(Day day, Outcome outcome) {
  tolerated_on_ = day;
  ++tolerated_[outcome];
}

double DailyLevels::tolerated(Outcome outcome) const {
  return days_.contains(tolerated_on_) ? tolerated_[outcome] : 0;
}

void DailyLevels::saved() {
  changed_.clear();
  begun_anew_ = false;
}

void DailyLevels::restore(Day day, const EnumArray<Outcome, Source>& sources, bool settled,
                          const Audit& audit) {
  Levels& levels = days_[day];
  levels.audit = audit;
  levels.sources = sources;
  levels.settled = settled;
}

void DailyLevels::restore(Day day, SumOf of, std::string_view key, const Measures& level) {
  // Those that were saved had room.
  days_[day].groups[of].try_emplace(std::string{key}).first->second.level = level;
}

}  // namespace litellm_exporter

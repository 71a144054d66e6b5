// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"
#include "daily/day.hpp"
#include "daily/log_watch.hpp"
#include "daily/measures.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

// How much of LiteLLM's daily sums has been counted, be it from rows or from the sums. Pure.
namespace litellm_exporter {

class LevelReading;

// Two sources tell of the same requests: rows, and sums that grow by the day. Each outcome of each
// day is counted from one of them. As long as that is the rows, what they add is noted here, by the
// same groups that the sums have; so the moment at which the sums take over needs no care: what
// they have beyond the level was not counted, and what the level has beyond them is on its way and
// will not be counted again. It is saved together with the counters. Belongs to the thread that
// polls the database.
class DailyLevels {
 public:
  // Of one thing and day. Whoever makes up more names shares one group with the rest.
  static constexpr std::size_t kMostGroups = 20'000;
  static constexpr std::string_view kRest = "\x1Frest";

  struct Group {
    // So much was counted, or lies before the baseline.
    Measures level;
    // So much the table held when it was last read; not saved.
    Measures sum;
    // The name to show where the group's key is of other columns; not saved.
    std::string label;
  };
  using Groups = std::unordered_map<std::string, Group>;

  // How far the sums have taken over from rows.
  enum class Source : std::uint8_t {
    rows,
    switching,  // from rows to the sums, which were not read since
    sums,
  };

  // How many requests of a day each source has shown since counting began.
  struct Audit {
    double rows = 0;
    double deliveries = 0;
    // In the sums at the baseline.
    double before = 0;
  };

  struct Levels {
    EnumArray<SumOf, Groups> groups;
    Audit audit;
    EnumArray<Outcome, Source> sources;
    // Nothing that was counted from rows is missing in the sums any more.
    bool settled = false;
  };

  // By how much a group's sums are beyond its level: not counted yet.
  struct Growth {
    SumOf of;
    std::string key;
    std::string label;
    Measures amounts;
  };
  struct Taken {
    std::vector<Growth> grown;
    // The sums of these things do not have the groups that the rows have: they begin anew.
    std::vector<SumOf> mismatched;
  };

  // Where a change stands, for the state file.
  using Changed = std::unordered_map<const Groups::value_type*, std::pair<Day, SumOf>>;

  const std::map<Day, Levels>& days() const noexcept { return days_; }
  // Whether the table of these sums was read: else rows alone can count them.
  bool follows(SumOf of) const { return followed_[of]; }
  bool started() const { return followed_[SumOf::all]; }
  // Whether LiteLLM writes to the table of models.
  bool by_model_usage() const noexcept { return by_model_usage_; }
  // What the requests of models are counted from: the table of models, or as long as it is empty
  // what the others know of them.
  SumOf models() const noexcept { return by_model_usage_ ? SumOf::model : SumOf::upstream; }

  // Whether this amount of a day is counted from the sums, so that a row must not count it.
  bool takes(Day day, SumOf of, Measure measure) const;
  // A row has these amounts; what the sums do not take of them has been counted.
  void add(Day day, SumOf of, std::string_view key, const Measures& amounts);
  // How many requests rows have shown since the process began, whoever counts them.
  double seen(Outcome outcome) const { return seen_[outcome]; }
  void saw(Outcome outcome) { ++seen_[outcome]; }

  // Null on days that are not followed. Good until the next call.
  Audit* audit(Day day);

  // New days begin with this source, until it is switched.
  void presume(Outcome outcome, bool summed) { presumed_[outcome] = summed; }
  bool presumes(Outcome outcome) const { return presumed_[outcome]; }
  // From now on the outcome is counted from the sums, on all days; or from rows again, which is
  // right only when neither grows.
  void switch_to(Outcome outcome, bool summed);
  // Of any day.
  bool is_summed(Outcome outcome) const;
  // The names and kinds of requests that the groups are made by; others begin anew.
  void use_terms(std::uint64_t terms);
  std::uint64_t terms() const noexcept { return terms_; }
  bool any_summed() const { return is_summed(Outcome::success) || is_summed(Outcome::failure); }
  bool is_settled() const;

  // What tells whether the rows of an outcome are written.
  LogWatch& watch(Outcome outcome) { return watches_[outcome]; }
  const LogWatch& watch(Outcome outcome) const { return watches_[outcome]; }

  // Requests that were rows before the baseline, just now: their sums may come after it, and are
  // not missing in the rows.
  void tolerate(Day day, Outcome outcome);
  double tolerated(Outcome outcome) const;

  // The first day to be read on `today`: there are more than two after an outage.
  Day from(Day today) const;
  // Begins the days up to this one, but none before those that are known.
  void begin_through(Day today);
  // Requests of a day were taken out of the sums.
  void lower(Day day, Measure measure, double requests);
  // Takes in what was read, and returns what has to be counted. What was never read before is a
  // baseline.
  Taken take(const LevelReading& reading);
  void forget_before(Day day);
  // The next reading is a baseline: of everything, or of one thing.
  void forget();
  void forget(SumOf of);
  // Whether requests of models are counted from their own table from now on.
  void use_model_usage(bool by_model_usage) { by_model_usage_ = by_model_usage; }

  // What the state file needs: the groups changed since the last call of saved(), or all of them if
  // `begun_anew`.
  const Changed& changed() const noexcept { return changed_; }
  bool begun_anew() const noexcept { return begun_anew_; }
  void saved();
  // Puts back what was saved.
  Day tolerated_on() const noexcept { return tolerated_on_; }
  void restore_tolerated(Day day, Outcome outcome, double requests) {
    tolerated_on_ = day;
    tolerated_[outcome] = requests;
  }
  void restore(SumOf of, bool followed) { followed_[of] = followed; }
  void restore_terms(std::uint64_t terms, bool by_model_usage) {
    terms_ = terms;
    by_model_usage_ = by_model_usage;
  }
  void restore(Day day, const EnumArray<Outcome, Source>& sources, bool settled,
               const Audit& audit);
  void restore(Day day, SumOf of, std::string_view key, const Measures& level);

 private:
  Levels* find(Day day);
  void begin(Day day);
  Groups::value_type& group(Day day, Levels& levels, SumOf of, std::string_view key);
  // Takes in one thing's groups of one day.
  void take(Day day, Levels& levels, SumOf of, const LevelReading& reading, Taken& taken);
  void raise(Day day, const Levels& levels, SumOf of, Groups::value_type& entry,
             const EnumArray<Outcome, bool>& baseline, const LevelReading& reading, Taken& taken);
  void conclude(Levels& levels) const;

  std::map<Day, Levels> days_;
  EnumArray<SumOf, bool> followed_;
  bool by_model_usage_ = false;
  std::uint64_t terms_ = 0;
  EnumArray<Outcome, bool> presumed_;
  EnumArray<Outcome, double> seen_;
  EnumArray<Outcome, LogWatch> watches_;
  EnumArray<Outcome, double> tolerated_;
  Day tolerated_on_;
  Changed changed_;
  bool begun_anew_ = false;
};

}  // namespace litellm_exporter

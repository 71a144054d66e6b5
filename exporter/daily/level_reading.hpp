// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daily/day.hpp"
#include "daily/measures.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace litellm_exporter {

// The tables of such sums.
enum class SumTable : std::uint8_t {
  user_spend,
  model_usage,
  team_spend,
  tag_spend,
  organization_spend,
  agent_spend,
  end_user_spend
};

// The rows of one table as they were last read, by a hash of what tells them apart: so that a sum
// that an operator corrects does not hide what the other rows of its group gain. Some 120 bytes a
// row. Belongs to the thread that polls the database.
using SumRows = std::map<Day, std::unordered_map<std::uint64_t, Measures>>;

// What is remembered from one reading to the next.
struct SumMemory {
  // More rows than that are not remembered: half a gigabyte.
  static constexpr std::size_t kMostRows = 4'000'000;

  EnumArray<SumTable, SumRows> tables;
  // Those that were read.
  std::set<SumTable> known;

  void forget() { *this = {}; }
};

// One poll's reading of the tables. If the poll fails it is thrown away, and nothing has changed.
class LevelReading {
 public:
  enum class Extent : std::uint8_t {
    changes,   // the rows that have changed since the reading before
    complete,  // all rows
    anew,      // all rows, and nothing is remembered of the reading before
  };
  // What has changed in a group since the reading before.
  struct Change {
    // Of the rows that were read.
    Measures sum;
    Measures grown;
    Measures lowered;
    std::string label;

    Change& operator+=(const Change& other);
  };
  using Changes = std::unordered_map<std::string, Change>;

  // A group that a row is part of.
  struct Part {
    SumOf of;
    std::string key;
    std::string label;
  };

  // Of the days up to `to`. `memory` outlives it and does not change meanwhile.
  LevelReading(const SumMemory& memory, Extent extent, Day to)
      : memory_(&memory), extent_(extent), to_(to) {}

  // A table is read, whose rows tell of these things, and these amounts of them: the others are
  // not there, or may not be read.
  void begin(SumTable table, const std::set<SumOf>& things,
             const EnumArray<Measure, bool>& amounts);
  // One of its rows. An amount that is no number is what it was.
  void add(SumTable table, Day day, std::uint64_t id, Measures amounts,
           const std::vector<Part>& parts);
  // A thing that cannot be read for now: what is known of it stays.
  void miss(SumOf of) { missed_.insert(of); }

  Extent extent() const noexcept { return extent_; }
  Day to() const noexcept { return to_; }
  bool has_read(SumOf of) const { return things_.contains(of); }
  bool has_read(SumOf of, Measure measure) const { return things_.at(of)[measure]; }
  bool has_missed(SumOf of) const { return missed_.contains(of); }
  const Changes& changes(Day day, SumOf of) const;
  // How many rows were read.
  std::size_t rows() const noexcept { return count_; }
  // What there is to remember for the next reading. Nothing can be read from this one any more.
  void remember(SumMemory& memory) &&;

 private:
  const SumMemory* memory_;
  Extent extent_;
  Day to_;
  std::size_t count_ = 0;
  std::set<SumTable> tables_;
  std::map<SumOf, EnumArray<Measure, bool>> things_;
  std::set<SumOf> missed_;
  EnumArray<SumTable, SumRows> rows_;
  std::map<std::pair<Day, SumOf>, Changes> changes_;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "daily/level_reading.hpp"

#include <cmath>

namespace litellm_exporter {
namespace {

Measures before(const SumRows& rows, Day day, std::uint64_t id) {
  const auto of_day = rows.find(day);
  if (of_day == rows.end()) {
    return {};
  }
  const auto row = of_day->second.find(id);
  return row == of_day->second.end() ? Measures{} : row->second;
}

}  // namespace

LevelReading::Change& LevelReading::Change::operator+=(const Change& other) {
  for (const Measure measure : kEnumerators<Measure>) {
    sum[measure] += other.sum[measure];
    grown[measure] += other.grown[measure];
    lowered[measure] += other.lowered[measure];
  }
  label = other.label;
  return *this;
}

void LevelReading::begin(SumTable table, const std::set<SumOf>& things,
                         const EnumArray<Measure, bool>& amounts) {
  tables_.insert(table);
  for (const SumOf of : things) {
    things_.insert_or_assign(of, amounts);
  }
}

void LevelReading::add(SumTable table, Day day, std::uint64_t id, Measures amounts,
                       const std::vector<Part>& parts) {
  ++count_;
  const Measures known = before(memory_->tables[table], day, id);
  for (const Measure measure : kEnumerators<Measure>) {
    if (std::isnan(amounts[measure])) {
      amounts[measure] = known[measure];
    }
  }
  rows_[table][day].insert_or_assign(id, amounts);
  for (const Part& part : parts) {
    Change& change = changes_[{day, part.of}][part.key];
    change.label = part.label;
    for (const Measure measure : kEnumerators<Measure>) {
      const double grown = amounts[measure] - known[measure];
      change.sum[measure] += amounts[measure];
      (grown > 0 ? change.grown : change.lowered)[measure] += std::abs(grown);
    }
  }
}

const LevelReading::Changes& LevelReading::changes(Day day, SumOf of) const {
  static const Changes none;
  const auto found = changes_.find({day, of});
  return found == changes_.end() ? none : found->second;
}

void LevelReading::remember(SumMemory& memory) && {
  for (const SumTable table : tables_) {
    SumRows& known = memory.tables[table];
    if (extent_ != Extent::changes) {
      known = std::move(rows_[table]);
    } else {
      for (auto& [day, rows] : rows_[table]) {
        for (const auto& [id, amounts] : rows) {
          known[day].insert_or_assign(id, amounts);
        }
      }
    }
  }
  memory.known = std::move(tables_);
}

}  // namespace litellm_exporter

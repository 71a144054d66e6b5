// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"
#include "spendlog/row.hpp"

#include <cstdint>
#include <string_view>

namespace litellm_exporter {

// Why counting begins anew, in whole or in part; a closed set, because it becomes a label value.
enum class Baseline : std::uint8_t {
  first_start,
  cluster_changed,
  horizon_behind,
  state_damaged,
  clock_set_back,
};

inline constexpr EnumArray<Baseline, std::string_view> kBaselineNames{
    {Baseline::first_start, "first_start"},       {Baseline::cluster_changed, "cluster_changed"},
    {Baseline::horizon_behind, "horizon_behind"}, {Baseline::state_damaged, "state_damaged"},
    {Baseline::clock_set_back, "clock_set_back"},
};

// Takes the rows that the tail reads, and what it finds out about them. Called by the thread that
// polls.
class RowSink {
 public:
  virtual ~RowSink() = default;

  // A new row; `now` is the database's time in seconds since 1970. It is late when it started
  // before the poll's window, so that only the sweep found it.
  virtual void count(const Row& row, double now, bool late) = 0;
  // A row that was there before counting began.
  virtual void learn(const Row& row) = 0;
  // A row that was counted before.
  virtual void duplicate() = 0;
  // A row of which a value cannot even be read: damaged, or in a wrong encoding. New, or there
  // `before` counting began.
  virtual void undecodable(bool before) = 0;
  // Counting begins anew.
  virtual void baseline(Baseline reason) = 0;
};

}  // namespace litellm_exporter

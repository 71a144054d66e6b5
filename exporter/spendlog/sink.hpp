// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/row.hpp"

#include <string_view>

namespace litellm_exporter {

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
  virtual void baseline(std::string_view reason) = 0;
};

inline constexpr std::string_view kFirstStart = "first_start";
inline constexpr std::string_view kStateDamaged = "state_damaged";
inline constexpr std::string_view kClusterChanged = "cluster_changed";
inline constexpr std::string_view kHorizonBehind = "horizon_behind";
inline constexpr std::string_view kClockSetBack = "clock_set_back";

}  // namespace litellm_exporter

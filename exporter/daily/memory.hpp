// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/enum_array.hpp"
#include "daily/sums.hpp"

#include <cstdint>
#include <string_view>

namespace litellm_exporter {

// The tables whose daily sums are counted.
enum class DailyTable : std::uint8_t { gateway_requests, gateway_errors, request_errors };

// As the state file spells them.
inline constexpr EnumArray<DailyTable, std::string_view> kDailyTableNames{
    {DailyTable::gateway_requests, "gateway_requests"},
    {DailyTable::gateway_errors, "gateway_errors"},
    {DailyTable::request_errors, "request_errors"},
};

// What is remembered of all of them. Belongs to the thread that polls the database.
struct DailyMemory {
  EnumArray<DailyTable, DailySums> tables;

  // Counting of every table begins anew.
  void forget() {
    for (const DailyTable table : kEnumerators<DailyTable>) {
      tables[table].forget();
    }
  }
  void saved() {
    for (const DailyTable table : kEnumerators<DailyTable>) {
      tables[table].saved();
    }
  }
};

}  // namespace litellm_exporter

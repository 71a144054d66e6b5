// SPDX-License-Identifier: Apache-2.0
#include "collectors/daily_reader.hpp"

#include "base/label_values.hpp"
#include "base/text.hpp"
#include "names/closed_sets.hpp"
#include "series/store.hpp"

#include <fmt/format.h>

#include <functional>
#include <string>
#include <string_view>

namespace litellm_exporter {
namespace {

constexpr const char* kRequests = "LiteLLM_DailyGatewayRequests";
constexpr const char* kErrors = "LiteLLM_DailyGatewayFailedRequests";
constexpr const char* kCodes = "LiteLLM_DailyRequestErrors";

std::string_view text(const postgres::CopyRow& row, std::size_t column) {
  return row.at(column).value_or("");
}

double sum(const postgres::CopyRow& row, std::size_t column) {
  return parse_number(text(row, column)).value_or(0);
}

// `groups`: the columns that are no sums, and the day in front of them. What is remembered must not
// change with limits.label_bytes, so texts have a length of their own. All primary keys begin with
// the day: the rows of two days are found by it.
void stream(postgres::TableAccess& tables, const char* table, std::string_view columns,
            std::string_view groups, const DailyReading& reading,
            const std::function<void(Day, const postgres::CopyRow&)>& each) {
  tables.stream(fmt::format("SELECT date, {} FROM {}"
                            " WHERE date >= '{}' AND date <= '{}' GROUP BY {}",
                            columns, tables.quoted(table), spell(reading.from()),
                            spell(reading.today()), groups),
                [&](const postgres::CopyRow& row) {
                  if (const auto day = parse_day(text(row, 0))) {
                    each(*day, row);
                  }
                });
}

void read_requests(postgres::TableAccess& tables, DailyReading& reading) {
  stream(tables, kRequests,
         "left(category, 256), left(route, 256), sum(successful_requests), sum(failed_requests)",
         "1, 2, 3", reading, [&](Day day, const postgres::CopyRow& row) {
           std::size_t column = 3;
           for (const std::string_view outcome : {kSuccess, kFailure}) {
             reading.add(day, SeriesStore::join({text(row, 1), text(row, 2), outcome}),
                         SeriesStore::join({kOther, kOther, outcome}), sum(row, column));
             ++column;
           }
         });
}

void read_errors(postgres::TableAccess& tables, DailyReading& reading) {
  stream(tables, kErrors,
         "left(category, 256), left(route, 256), status_code, sum(failed_requests)", "1, 2, 3, 4",
         reading, [&](Day day, const postgres::CopyRow& row) {
           const std::string code = status_code(text(row, 3), "");
           reading.add(day, SeriesStore::join({text(row, 1), text(row, 2), code}),
                       SeriesStore::join({kOther, kOther, code}), sum(row, 4));
         });
}

void read_codes(postgres::TableAccess& tables, DailyReading& reading) {
  stream(tables, kCodes, "left(model_group, 256), status_code, sum(failed_requests)", "1, 2, 3",
         reading, [&](Day day, const postgres::CopyRow& row) {
           const std::string code = status_code(text(row, 2), "");
           reading.add(day, SeriesStore::join({text(row, 1), code}),
                       SeriesStore::join({kOther, code}), sum(row, 3));
         });
}

}  // namespace

bool read_daily(postgres::TableAccess& tables, DailyTable table, DailyReading& reading) {
  switch (table) {
    case DailyTable::gateway_requests:
      if (!tables.find(kRequests,
                       {"date", "category", "route", "successful_requests", "failed_requests"})) {
        return false;
      }
      read_requests(tables, reading);
      return true;
    case DailyTable::gateway_errors:
      if (!tables.find(kErrors, {"date", "category", "route", "status_code", "failed_requests"})) {
        return false;
      }
      read_errors(tables, reading);
      return true;
    case DailyTable::request_errors:
      if (!tables.find(kCodes, {"date", "model_group", "status_code", "failed_requests"})) {
        return false;
      }
      read_codes(tables, reading);
      return true;
  }
  return false;
}

const char* name_of(DailyTable table) {
  switch (table) {
    case DailyTable::gateway_requests:
      return kRequests;
    case DailyTable::gateway_errors:
      return kErrors;
    case DailyTable::request_errors:
      return kCodes;
  }
  return "";
}

}  // namespace litellm_exporter

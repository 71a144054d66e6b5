// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daily/error_codes.hpp"
#include "daily/levels.hpp"
#include "daily/memory.hpp"
#include "series/store.hpp"
#include "spendlog/cursor.hpp"
#include "spendlog/seen_ids.hpp"
#include "spendlog/server_history.hpp"
#include "spendlog/source.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace litellm_exporter {

// All that must survive a kill -9: how far the log was read, which requests and which daily sums
// were counted, and the counters. Belongs to the thread that polls the spend log.
struct State {
  explicit State(SeriesStore::Bounds bounds) : series(std::move(bounds)) {}

  Cursor cursor;
  SeenIds seen;
  // The same for the ledger: it has another clock than the log, and other rows.
  Cursor ledger_cursor;
  SeenIds ledger_seen;
  // Where requests came from last.
  RequestSources sources;
  SeriesStore series;
  // How many Prometheus servers were scraping.
  std::uint64_t scrapers = 0;
  // The daily sums that the counters have taken in, and which servers told them.
  DailyMemory daily;
  ServerHistory daily_server;
  // Failures that are in some counters, and in others once they have a code.
  ErrorCodes codes;
  // What was counted of the daily sums of requests, and which servers told them.
  DailyLevels levels;
  ServerHistory sums_server;
};

// A record of everything, and a record of what has changed since the last save.
std::string encode_all(const State& state);
std::string encode_changes(const State& state);

// Applies a record of either kind. Series of unknown families and histograms with other bounds are
// left out: they start afresh. Throws DecodeError.
void apply_record(std::string_view record, State& state);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "postgres/catalog.hpp"
#include "postgres/session.hpp"
#include "spendlog/cursor.hpp"
#include "spendlog/position.hpp"
#include "spendlog/seen_ids.hpp"
#include "spendlog/sink.hpp"
#include "spendlog/trusted_clock.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace litellm_exporter {

// Reads the spend log so that every row that becomes visible is counted once, although the table
// has no order: rows come late, out of order and from many writers, are updated and deleted, and
// the reader may be on a standby.
//
// What makes it exact: a range of "startTime" is read down to the horizon up to which it was read
// before, and SeenIds recognises what is read twice. The poll reads the newest ranges, the sweep
// all of them back to the sweep window. Each range is read in a transaction of its own. A failure
// in the middle loses nothing: a range's horizon moves only when all of it was read, and what was
// counted before is recognised by its id. Belongs to the thread that polls the database.
class Tail {
 public:
  // `reason` says why a baseline is taken if the cursor has none.
  Tail(const Config& config, Cursor& cursor, SeenIds& seen, RowSink& sink, std::string reason);

  // One poll, or one sweep when it is due. `checkpoint` is called whenever enough was counted to be
  // worth saving. Throws PollError.
  void poll(postgres::Session& session, const std::function<void()>& checkpoint);
  // How many columns of the table the last poll did without.
  std::size_t gaps() const noexcept { return gaps_; }

 private:
  enum class Mode { count, baseline };

  void look_at_table(postgres::Snapshot& snapshot);
  // Decides whether the cursor still fits this database; true if a new baseline must be taken.
  bool needs_baseline(const Identity& identity, const Position& position);
  void take_baseline(postgres::Session& session, const Identity& identity, const Position& here,
                     const std::function<void()>& checkpoint);
  // True if transaction ids may have been used twice since the last poll.
  bool distrust_horizons(const postgres::Session& session);
  void follow_clock(Micros now);
  // Reads from `from` on; what started before `keep_from` is then done with.
  void read_ranges(postgres::Session& session, Micros from, Micros now, Micros keep_from, Mode mode,
                   const std::function<void()>& checkpoint);
  void read_range(postgres::Session& session, Micros from, Micros to, Mode mode);
  void take(const Row& row, const Position& position, Mode mode);
  void advance_floor(Micros floor);

  Config::SpendLog windows_;
  std::size_t label_bytes_;
  Cursor& cursor_;
  SeenIds& seen_;
  RowSink& sink_;
  std::string baseline_reason_;
  postgres::Table table_;
  std::size_t gaps_ = 0;
  // After a timeout ranges are shorter and get more time: rows of one instant cannot be split.
  Milliseconds range_length_;
  int patience_ = 1;
  TrustedClock clock_;
  // The session of the last poll.
  std::uint64_t session_ = 0;
  // At the first poll, and after a failure: whatever kept us may have kept LiteLLM from writing.
  bool sweep_next_ = true;
  // Rows that started before this are late.
  Micros late_before_ = 0;
};

}  // namespace litellm_exporter

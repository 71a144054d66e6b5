// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "postgres/session.hpp"
#include "spendlog/cursor.hpp"
#include "spendlog/position.hpp"
#include "spendlog/position_reader.hpp"
#include "spendlog/range_reader.hpp"
#include "spendlog/row_table.hpp"
#include "spendlog/seen_ids.hpp"
#include "spendlog/sink.hpp"
#include "spendlog/trusted_clock.hpp"
#include "spendlog/zone_offset.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace litellm_exporter {

// Reads the spend log, or the ledger, so that every row that becomes visible is counted once,
// although the table has no order: rows come late, out of order and from many writers, are updated
// and deleted, and the reader may be on a standby.
//
// It is exact because each range of the rows' times is read down to the horizon up to which it was
// read before, and SeenIds recognises rows that are read twice. The poll reads the newest ranges,
// the sweep all of them back to the sweep window. Each range is read in a transaction of its own. A
// failure in the middle loses nothing: a range's horizon moves only when all of it was read, and
// what was counted before is recognised by its id. Belongs to the thread that polls the database.
class Tail {
 public:
  // `reason` says why a baseline is taken if the cursor has none.
  // All but the configuration outlive it.
  Tail(const Config& config, const RowTable& about, Cursor& cursor, SeenIds& seen, RowSink& sink,
       PositionReader& positions, Baseline reason);

  // One poll, or one sweep when it is due. `checkpoint` is called whenever enough was counted to be
  // worth saving. Throws PollError.
  void poll(postgres::Session& session, const std::function<void()>& checkpoint);
  // The columns of the table, or the table, that the last poll did without.
  const Gaps& gaps() const noexcept { return reader_.gaps(); }

 private:
  using Mode = RangeReader::Mode;

  // The findings of a poll before it reads rows.
  struct Place {
    Identity identity;
    Position position;
    std::set<std::uint32_t> tables;
    // The time of the poll, and until when all that was committed is visible, by the clock of the
    // table's rows.
    Micros now = 0;
    Micros shown_until = 0;
  };

  Place look_around(postgres::Session& session);
  // Decides whether the cursor still fits this database; true if a new baseline must be taken.
  bool needs_baseline(const Place& place);
  void take_baseline(postgres::Session& session, const Place& place,
                     const std::function<void()>& checkpoint);
  // Notes server and tables. Where one is new, its transaction ids prove nothing of what was read
  // before: the window is read again, and the ids of the requests decide.
  void follow_server(const postgres::Session& session, const Place& place);
  void read_again(const char* why);
  void follow_clock(postgres::Session& session, Micros now);
  // Reads from `from` on; what started before `keep_from` is then done with.
  void read_ranges(postgres::Session& session, Micros from, Micros now, Micros keep_from, Mode mode,
                   const std::function<void()>& checkpoint);
  void advance_floor(Micros floor);

  Config::SpendLog windows_;
  const RowTable& about_;
  Cursor& cursor_;
  SeenIds& seen_;
  RowSink& sink_;
  Baseline baseline_reason_;
  RangeReader reader_;
  // Ranges are shorter after one that took long, and after a timeout; then they get more time, too:
  // rows of one instant cannot be split.
  Milliseconds range_length_;
  int patience_ = 1;
  TrustedClock clock_;
  // How far the rows' clock is ahead of UTC.
  ZoneOffset offset_;
  // The session of the last poll.
  std::uint64_t session_ = 0;
  // At the first poll, and after a failure: whatever kept us may have kept LiteLLM from writing.
  bool sweep_next_ = true;
};

}  // namespace litellm_exporter

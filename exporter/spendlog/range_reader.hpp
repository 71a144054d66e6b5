// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"
#include "config/config.hpp"
#include "postgres/server_error.hpp"
#include "postgres/session.hpp"
#include "postgres/table.hpp"
#include "spendlog/cursor.hpp"
#include "spendlog/position.hpp"
#include "spendlog/position_reader.hpp"
#include "spendlog/row.hpp"
#include "spendlog/row_table.hpp"
#include "spendlog/seen_ids.hpp"
#include "spendlog/settled_horizon.hpp"
#include "spendlog/sink.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace litellm_exporter {

// Reads one range of the times of a table's rows down to the horizon up to which it was read
// before, hands what is new to the sink and moves the range's horizon. A value that cannot be read
// costs its row, not the range. Belongs to the thread that polls the database. All that reads
// throws PollError.
class RangeReader {
 public:
  enum class Mode { count, baseline };

  // All but the configuration outlive it.
  RangeReader(const Config& config, const RowTable& about, Cursor& cursor, SeenIds& seen,
              RowSink& sink, PositionReader& positions)
      : label_bytes_(config.limits.label_bytes),
        about_(about),
        beside_log_(about.moves() && config.spend_log.source != Config::SpendLog::Source::ledger),
        selection_{.from = {}, .log = {}, .dimensions = config.dimensions},
        cursor_(cursor),
        seen_(seen),
        sink_(sink),
        positions_(positions) {}

  // A poll begins, in this session.
  void begin(std::uint64_t session);
  // Looks the table up; throws PollError if it is not there or cannot be counted.
  void look_at_table(postgres::Snapshot& snapshot);
  // Rows of before this are late.
  void set_late_before(Micros start) { late_before_ = start; }
  // The range [from, to) in a transaction of its own.
  void read(postgres::Session& session, Micros from, Micros to, Mode mode, Milliseconds timeout);
  // Notes the rows of [from, to) that were inserted before `horizon` as counted, and has the range
  // read whole from now on.
  void learn(postgres::Session& session, Micros from, Micros to, Xid horizon, Milliseconds timeout);
  // Takes back all horizons.
  void forget_horizons();

  PositionReader& positions() noexcept { return positions_; }
  const PositionReader& positions() const noexcept { return positions_; }
  // Whether the horizons are about this server.
  bool knows_server(const Position& position) const;
  // The columns of the table, or the table, that the last poll did without.
  const Gaps& gaps() const noexcept { return gaps_; }

 private:
  // For a table of which each row says whether the spend log has its request.
  void look_at_log(postgres::Snapshot& snapshot);
  // Reads a range in which a value cannot be read: in halves, down to the rows of one instant.
  void read_around_damage(postgres::Session& session, Micros from, Micros to, Mode mode,
                          Milliseconds timeout);
  void read_one_by_one(postgres::Session& session, Micros instant, Mode mode);
  void read_row(postgres::Session& session, const Position& position, Micros instant,
                const std::string& id, Mode mode);
  void leave_out(const std::string& id, Micros instant, const std::string& why, Mode mode);
  // Throws the error anew unless it is one of a value, and not of too many.
  void expect_damage(const postgres::Session& session, const postgres::ServerError& error);
  void allow_policies(postgres::Snapshot& snapshot);
  // What one transaction reads: the rows of which the time is within [from, to) and that fulfil
  // `condition`.
  struct Reading {
    Micros from = 0;
    Micros to = 0;
    std::string condition;
    Position position;
    Mode mode = Mode::count;
    // Only the ids are asked for, which costs the server a tenth, and the rest for those that are
    // new. Always so where rows move: what moves was mostly read before.
    bool ids_first = false;
  };
  // The id by which a row can be asked for.
  struct Found {
    Micros time = 0;
    std::string key;
  };
  // Whether most of what a range shows was read before, if it was read down to `before`.
  bool mostly_read(const Reading& reading, Xid before) const;
  void stream(postgres::Snapshot& snapshot, const Reading& reading);
  // The rows that are new; nothing if they are so many that all had better be read at once.
  std::optional<std::vector<Found>> find_new(postgres::Snapshot& snapshot, const Reading& reading);
  void stream_found(postgres::Snapshot& snapshot, const Reading& reading,
                    const std::vector<Found>& found);
  void take(const Row& row, Micros time, const Position& position, Mode mode);
  // Does nothing on a server that the horizons do not belong to.
  void move_horizon(Micros from, Micros to, Xid before, const Position& position);

  std::size_t label_bytes_;
  const RowTable& about_;
  // Whether each row is asked if the spend log has its request.
  bool beside_log_;
  Selection selection_;
  Cursor& cursor_;
  SeenIds& seen_;
  RowSink& sink_;
  PositionReader& positions_;
  SettledHorizon settled_;
  postgres::Table table_;
  Gaps gaps_;
  bool log_filtered_ = false;
  Micros late_before_ = 0;
  // Statements of this poll that a damaged value has ended.
  int damages_ = 0;
};

}  // namespace litellm_exporter

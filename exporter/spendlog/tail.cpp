// SPDX-License-Identifier: Apache-2.0
#include "spendlog/tail.hpp"

#include "base/log.hpp"
#include "poll/error.hpp"
#include "postgres/copy_row.hpp"
#include "spendlog/columns.hpp"
#include "spendlog/decode.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace litellm_exporter {
namespace {

constexpr std::size_t kCheckpointRows = 100'000;
constexpr Milliseconds kShortestRange{1'000};
constexpr int kMostPatience = 16;

Micros micros(Milliseconds duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

}  // namespace

Tail::Tail(const Config& config, Cursor& cursor, SeenIds& seen, RowSink& sink, std::string reason)
    : windows_(config.spend_log),
      label_bytes_(config.limits.label_bytes),
      cursor_(cursor),
      seen_(seen),
      sink_(sink),
      baseline_reason_(std::move(reason)),
      range_length_(config.spend_log.window),
      clock_(micros(config.spend_log.sweep_window)) {}

void Tail::poll(postgres::Session& session, const std::function<void()>& checkpoint) {
  // Stays set until a poll has succeeded.
  const bool after_trouble = std::exchange(sweep_next_, true);
  Identity identity;
  Position here;
  session.in_snapshot([&](postgres::Snapshot& snapshot) {
    look_at_table(snapshot);
    identity = read_identity(snapshot);
    here = read_position(snapshot);
  });
  if (needs_baseline(identity, here)) {
    take_baseline(session, identity, here, checkpoint);
    return;
  }
  const bool distrusted = distrust_horizons(session);
  follow_clock(here.now);
  const Micros keep_from = std::min(clock_.judge(here.now, steady_now()), here.shows_until()) -
                           micros(windows_.sweep_window);
  // Nothing read before the last poll's window reached back: that is where this one starts.
  late_before_ = cursor_.polled_at - micros(windows_.window);
  const bool sweep = after_trouble || distrusted || cursor_.horizons.ranges().empty() ||
                     here.now - cursor_.swept_at >= micros(windows_.sweep_interval);
  read_ranges(session, sweep ? cursor_.floor : std::max(cursor_.floor, late_before_), here.now,
              keep_from, Mode::count, checkpoint);
  cursor_.timeline = identity.timeline;
  cursor_.newest = std::max(cursor_.newest, here.horizon);
  cursor_.polled_at = std::max(cursor_.polled_at, here.shows_until());
  sweep_next_ = false;
  if (sweep) {
    cursor_.swept_at = here.now;
    advance_floor(keep_from);
  }
}

void Tail::take_baseline(postgres::Session& session, const Identity& identity, const Position& here,
                         const std::function<void()>& checkpoint) {
  cursor_.horizons.clear();
  // A standby that has replayed nothing yet says nothing of its time.
  const Micros reached = here.shows_until() > 0 ? here.shows_until() : here.now;
  cursor_.floor = reached - micros(windows_.sweep_window);
  seen_.clear();
  read_ranges(session, cursor_.floor, here.now, cursor_.floor, Mode::baseline, checkpoint);
  cursor_.cluster = identity.cluster;
  cursor_.timeline = identity.timeline;
  cursor_.newest = here.horizon;
  cursor_.polled_at = reached;
  cursor_.swept_at = here.now;
  log::info("new baseline: counting what is committed from now on",
            {{"reason", baseline_reason_}, {"rows_known", seen_.size()}});
  sink_.baseline(baseline_reason_);
  session_ = session.id();
  sweep_next_ = false;
}

void Tail::look_at_table(postgres::Snapshot& snapshot) {
  postgres::Table table = describe_table(snapshot, kSpendLogTable);
  gaps_ = count_gaps(table);
  if (!table.exists) {
    throw PollError(Reason::schema,
                    fmt::format("table \"{}\" does not exist here: check the database's name and "
                                "the schema, and that LiteLLM has made its tables",
                                kSpendLogTable));
  }
  if (const auto missing = missing_essentials(table); !missing.empty()) {
    throw PollError(Reason::permission,
                    fmt::format(R"(cannot read "{}": GRANT SELECT ("{}") ON "{}" to this role)",
                                kSpendLogTable, fmt::join(missing, R"(", ")"), kSpendLogTable));
  }
  if (table != table_) {
    const std::string gaps = describe_gaps(table);
    log::info("reading the spend log", {{"table", kSpendLogTable},
                                        {"partitioned", table.partitioned},
                                        {"missing", gaps.empty() ? "nothing" : gaps}});
    table_ = std::move(table);
  }
}

bool Tail::needs_baseline(const Identity& identity, const Position& position) {
  if (cursor_.started() && cursor_.cluster != identity.cluster) {
    log::warn("this is another database than before: counting goes on from a new baseline",
              {{"before", cursor_.cluster}, {"now", identity.cluster}});
    baseline_reason_ = kClusterChanged;
    cursor_ = {};
  }
  if (!cursor_.started()) {
    return true;
  }
  if (position.horizon < cursor_.newest) {
    // Restored from a backup, or another replica that lags behind. Transaction ids may have been
    // used again, so they prove nothing; the ids of the requests do, as far back as they are kept.
    log::warn("the database is behind where it was: telling rows apart by request id alone",
              {{"before", cursor_.newest}, {"now", position.horizon}});
    sink_.baseline(kHorizonBehind);
    cursor_.horizons.clear();
    cursor_.newest = position.horizon;
  } else if (cursor_.timeline != identity.timeline) {
    log::info("the database was promoted or restored: reading the window again",
              {{"timeline_before", cursor_.timeline}, {"timeline_now", identity.timeline}});
    cursor_.horizons.clear();
  }
  return false;
}

// A server that crashes forgets the transactions whose log it had not written yet, and gives their
// ids to others: rolled-back ones, or any under synchronous_commit = off. It ends every session, so
// a new one may follow a crash, and rows may lie below a horizon that was never reached.
bool Tail::distrust_horizons(const postgres::Session& session) {
  // The log is written within three times wal_writer_delay, 0.6 s by default, 30 s at most.
  constexpr Xid kUnwritten = 100'000;
  if (session.id() == session_) {
    return false;
  }
  session_ = session.id();
  cursor_.horizons.lower(kUnwritten);
  return true;
}

void Tail::follow_clock(Micros now) {
  if (now >= cursor_.polled_at) {
    return;
  }
  // The database's clock was ahead and has been set right. Its window has to come back with it, but
  // not the rows below the newest horizon: their ids may be forgotten already.
  log::warn("the database's clock went backwards",
            {{"seconds", (cursor_.polled_at - now) / 1'000'000}});
  cursor_.polled_at = cursor_.swept_at = now;
  const Micros floor = now - micros(windows_.sweep_window);
  if (floor < cursor_.floor) {
    cursor_.horizons.set(floor, cursor_.floor, cursor_.newest);
    cursor_.floor = floor;
  }
}

void Tail::read_ranges(postgres::Session& session, Micros from, Micros now, Micros keep_from,
                       Mode mode, const std::function<void()>& checkpoint) {
  try {
    while (true) {
      const Micros length = micros(range_length_);
      const Micros to = from > now - length ? kEndOfTime : from + length;
      read_range(session, from, to, mode);
      if (to == kEndOfTime) {
        break;
      }
      if (mode == Mode::count) {
        // After a long outage: what is older than any later sweep is done, and its ids can go.
        advance_floor(std::min(to, keep_from));
        if (seen_.unsaved().size() >= kCheckpointRows) {
          checkpoint();
        }
      }
      from = to;
    }
  } catch (const PollError& e) {
    if (e.reason() == Reason::timeout) {
      range_length_ = std::max(kShortestRange, range_length_ / 4);
      patience_ = std::min(kMostPatience, patience_ * 2);
    }
    throw;
  }
  range_length_ = std::min(windows_.window, range_length_ * 2);
  patience_ = std::max(1, patience_ / 2);
}

void Tail::read_range(postgres::Session& session, Micros from, Micros to, Mode mode) {
  Position position;
  session.in_snapshot(
      [&](postgres::Snapshot& snapshot) {
        position = read_position(snapshot);
        std::string condition = fmt::format("\"startTime\" >= {}", timestamp_literal(from));
        if (to != kEndOfTime) {
          condition += fmt::format(" AND \"startTime\" < {}", timestamp_literal(to));
        }
        if (mode == Mode::count) {
          condition += " AND " + inserted_since(cursor_.horizons.lowest(from, to), position);
        }
        Row row;
        snapshot.stream(select_rows(table_, condition), [&](const postgres::CopyRow& fields) {
          decode_row(fields, label_bytes_, row);
          take(row, position, mode);
        });
      },
      session.statement_timeout() * patience_);
  cursor_.horizons.set(from, to, position.horizon);
}

void Tail::take(const Row& row, const Position& position, Mode mode) {
  const bool fresh = seen_.insert({row.id, row.start}, table_.partitioned);
  if (mode == Mode::baseline) {
    sink_.learn(row);
  } else if (fresh) {
    constexpr double kMicros = 1e6;
    sink_.count(row, static_cast<double>(position.now) / kMicros, row.start < late_before_);
  } else {
    sink_.duplicate();
  }
}

void Tail::advance_floor(Micros floor) {
  if (floor > cursor_.floor) {
    cursor_.floor = floor;
    cursor_.horizons.forget_before(floor);
    seen_.forget_before(floor);
  }
}

}  // namespace litellm_exporter

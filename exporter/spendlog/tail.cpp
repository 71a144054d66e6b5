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

namespace litellm_exporter {
namespace {

constexpr std::size_t kCheckpointRows = 100'000;
constexpr Milliseconds kShortestRange{1'000};

Micros micros(Milliseconds duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

}  // namespace

Tail::Tail(const Config& config, State& state, Counting& counting)
    : windows_(config.spend_log),
      label_bytes_(config.limits.label_bytes),
      state_(state),
      counting_(counting),
      range_length_(config.spend_log.window) {
  for (const char* reason : {"first_start", "cluster_changed", "horizon_behind", "state_damaged"}) {
    state_.series.make(Family::baselines, reason);
  }
}

void Tail::poll(postgres::Session& session, const std::function<void()>& checkpoint) {
  Identity identity;
  Position here;
  session.in_snapshot([&](postgres::Snapshot& snapshot) {
    look_at_table(snapshot);
    identity = read_identity(snapshot);
    here = read_position(snapshot);
  });
  Cursor& cursor = state_.cursor;
  const Micros sweep_window = micros(windows_.sweep_window);
  if (needs_baseline(identity, here)) {
    cursor.horizons.clear();
    cursor.floor = here.now - sweep_window;
    state_.seen.clear();
    state_.unsaved_ids.clear();
    read_ranges(session, cursor.floor, here.now, Mode::baseline, checkpoint);
    cursor.cluster = identity.cluster;
    cursor.timeline = identity.timeline;
    cursor.newest = here.horizon;
    cursor.polled_at = cursor.swept_at = here.now;
    log::info("new baseline: counting what is committed from now on",
              {{"reason", state_.baseline_reason}, {"rows_known", state_.seen.size()}});
    state_.series.add(Family::baselines, {state_.baseline_reason}, 1);
    return;
  }
  // Nothing read before the last poll's window reached back: that is where this one starts.
  late_before_ = cursor.polled_at - micros(windows_.window);
  const bool sweep = here.now - cursor.swept_at >= micros(windows_.sweep_interval) ||
                     cursor.horizons.ranges().empty();
  read_ranges(session, sweep ? cursor.floor : std::max(cursor.floor, late_before_), here.now,
              Mode::count, checkpoint);
  cursor.timeline = identity.timeline;
  cursor.newest = std::max(cursor.newest, here.horizon);
  cursor.polled_at = std::max(cursor.polled_at, here.now);
  if (sweep) {
    cursor.swept_at = here.now;
    advance_floor(here.now - sweep_window);
  }
}

void Tail::look_at_table(postgres::Snapshot& snapshot) {
  postgres::Table table = describe_table(snapshot, kSpendLogTable);
  if (!table.exists) {
    throw PollError(Reason::schema,
                    fmt::format("table \"{}\" does not exist here: check the database's name and "
                                "the schema, and that LiteLLM has made its tables",
                                kSpendLogTable));
  }
  if (const auto missing = missing_essentials(table); !missing.empty()) {
    throw PollError(Reason::permission,
                    fmt::format("cannot read \"{}\": GRANT SELECT (\"{}\") ON \"{}\" to this role",
                                kSpendLogTable, fmt::join(missing, "\", \""), kSpendLogTable));
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
  Cursor& cursor = state_.cursor;
  if (cursor.started() && cursor.cluster != identity.cluster) {
    log::warn("this is another database than before: counting goes on from a new baseline",
              {{"before", cursor.cluster}, {"now", identity.cluster}});
    state_.baseline_reason = "cluster_changed";
    cursor = {};
  }
  if (!cursor.started()) {
    return true;
  }
  if (position.horizon < cursor.newest) {
    // Restored from a backup, or another replica that lags behind. Transaction ids may have been
    // used again, so they prove nothing; the ids of the requests do, as far back as they are kept.
    log::warn("the database is behind where it was: telling rows apart by request id alone",
              {{"before", cursor.newest}, {"now", position.horizon}});
    state_.series.add(Family::baselines, {"horizon_behind"}, 1);
    cursor.horizons.clear();
    cursor.newest = position.horizon;
  } else if (cursor.timeline != identity.timeline) {
    log::info("the database was promoted or restored: reading the window again",
              {{"timeline_before", cursor.timeline}, {"timeline_now", identity.timeline}});
    cursor.horizons.clear();
  }
  return false;
}

void Tail::read_ranges(postgres::Session& session, Micros from, Micros now, Mode mode,
                       const std::function<void()>& checkpoint) {
  const Micros oldest_kept = now - micros(windows_.sweep_window);
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
        advance_floor(std::min(to, oldest_kept));
        if (state_.unsaved_ids.size() >= kCheckpointRows) {
          checkpoint();
        }
      }
      from = to;
    }
  } catch (const PollError& e) {
    if (e.reason() == Reason::timeout) {
      range_length_ = std::max(kShortestRange, range_length_ / 2);
    }
    throw;
  }
  range_length_ = std::min(windows_.window, range_length_ * 2);
}

void Tail::read_range(postgres::Session& session, Micros from, Micros to, Mode mode) {
  Position position;
  session.in_snapshot([&](postgres::Snapshot& snapshot) {
    position = read_position(snapshot);
    std::string condition = fmt::format("\"startTime\" >= {}", timestamp_literal(from));
    if (to != kEndOfTime) {
      condition += fmt::format(" AND \"startTime\" < {}", timestamp_literal(to));
    }
    if (mode == Mode::count) {
      condition += " AND " + inserted_since(state_.cursor.horizons.lowest(from, to), position);
    }
    Row row;
    snapshot.stream(select_rows(table_, condition), [&](const postgres::CopyRow& fields) {
      decode_row(fields, label_bytes_, row);
      take(row, position, mode);
    });
  });
  state_.cursor.horizons.set(from, to, position.horizon);
}

void Tail::take(const Row& row, const Position& position, Mode mode) {
  const SeenIds::Entry entry{row.id, row.start};
  const bool fresh = state_.seen.insert(entry, table_.partitioned);
  if (fresh) {
    state_.unsaved_ids.push_back(entry);
  }
  if (mode == Mode::baseline) {
    counting_.learn(row);
  } else if (!fresh) {
    state_.series.add(Family::duplicate_rows, {}, 1);
  } else {
    constexpr double kMicros = 1e6;
    counting_.count(row, static_cast<double>(position.now) / kMicros);
    if (row.start < late_before_) {
      state_.series.add(Family::late_rows, {}, 1);
    }
  }
}

void Tail::advance_floor(Micros floor) {
  Cursor& cursor = state_.cursor;
  if (floor > cursor.floor) {
    cursor.floor = floor;
    cursor.horizons.forget_before(floor);
    state_.seen.forget_before(floor);
  }
}

}  // namespace litellm_exporter

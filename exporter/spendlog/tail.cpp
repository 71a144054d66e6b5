// SPDX-License-Identifier: Apache-2.0
#include "spendlog/tail.hpp"

#include "base/log.hpp"
#include "poll/error.hpp"
#include "spendlog/tables.hpp"

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

Tail::Tail(const Config& config, const RowTable& about, Cursor& cursor, SeenIds& seen,
           RowSink& sink, PositionReader& positions, Baseline reason)
    : windows_(config.spend_log),
      about_(about),
      cursor_(cursor),
      seen_(seen),
      sink_(sink),
      baseline_reason_(reason),
      reader_(config, about, cursor, seen, sink, positions),
      range_length_(config.spend_log.window),
      clock_(micros(config.spend_log.sweep_window)) {}

void Tail::poll(postgres::Session& session, const std::function<void()>& checkpoint) {
  // Stays set until a poll has succeeded.
  const bool after_trouble = std::exchange(sweep_next_, true);
  const Place place = look_around(session);
  if (needs_baseline(place)) {
    take_baseline(session, place, checkpoint);
    return;
  }
  follow_server(session, place);
  follow_clock(session, place.now);
  const Micros keep_from = place.shown_until - micros(windows_.sweep_window);
  // Nothing read before the last poll's window reached back: that is where this one starts.
  const Micros window_start = cursor_.polled_at - micros(windows_.window);
  reader_.set_late_before(window_start);
  const bool sweep = after_trouble || cursor_.horizons.ranges().empty() ||
                     place.now - cursor_.swept_at >= micros(windows_.sweep_interval);
  read_ranges(session, sweep ? cursor_.floor : std::max(cursor_.floor, window_start), place.now,
              keep_from, Mode::count, checkpoint);
  cursor_.newest = std::max(cursor_.newest, place.position.horizon);
  cursor_.polled_at = std::max(cursor_.polled_at, place.shown_until);
  sweep_next_ = false;
  if (sweep) {
    cursor_.swept_at = place.now;
    advance_floor(keep_from);
  }
}

Tail::Place Tail::look_around(postgres::Session& session) {
  Place place;
  reader_.begin(session.id());
  session.in_snapshot([&](postgres::Snapshot& snapshot) {
    reader_.look_at_table(snapshot);
    place.identity = reader_.positions().identity(snapshot);
    place.position = reader_.positions().position(snapshot);
    place.tables = read_tables(snapshot, about_);
    place.now = clock_.judge(place.position.now, wall_now(), steady_now());
    if (about_.moves()) {
      // No zone is farther from UTC than 14 hours.
      constexpr Micros kFarthest = 14 * 3'600'000'000;
      offset_.follow(newest_time(snapshot, about_, place.now + kFarthest), place.now,
                     default_zone(snapshot));
    }
    const Micros ahead = offset_.ahead();
    place.now += ahead;
    if (place.position.replayed == 0) {
      place.position.replayed = newest_time(snapshot, about_, place.now);
    } else if (place.position.replayed) {
      *place.position.replayed += ahead;
    }
  });
  place.shown_until = place.position.shows_until(place.now);
  return place;
}

void Tail::take_baseline(postgres::Session& session, const Place& place,
                         const std::function<void()>& checkpoint) {
  reader_.forget_horizons();
  // A standby with an empty table says nothing of its time.
  const Micros reached = place.shown_until > 0 ? place.shown_until : place.now;
  cursor_.floor = reached - micros(windows_.sweep_window);
  cursor_.servers = {place.position.server};
  cursor_.tables = place.tables;
  seen_.clear();
  read_ranges(session, cursor_.floor, place.now, cursor_.floor, Mode::baseline, checkpoint);
  cursor_.cluster = place.identity.cluster;
  cursor_.timeline = place.identity.timeline;
  cursor_.newest = place.position.horizon;
  cursor_.polled_at = reached;
  cursor_.swept_at = place.now;
  log::info("new baseline: counting what is committed from now on",
            {{"table", about_.name},
             {"reason", kBaselineNames[baseline_reason_]},
             {"rows_known", seen_.size()}});
  sink_.baseline(baseline_reason_);
  session_ = session.id();
  sweep_next_ = false;
}

bool Tail::needs_baseline(const Place& place) {
  const Identity& identity = place.identity;
  const Xid horizon = place.position.horizon;
  if (cursor_.started() && !same_cluster(cursor_.cluster, identity.cluster)) {
    log::warn("this is another database than before: counting goes on from a new baseline",
              {{"before", cursor_.cluster}, {"now", identity.cluster}});
    baseline_reason_ = Baseline::cluster_changed;
    cursor_ = {};
  }
  if (!cursor_.started()) {
    return true;
  }
  if (horizon < cursor_.newest) {
    // Restored from a backup, or another replica that lags behind. Transaction ids may have been
    // used again, so they prove nothing; the ids of the requests do, as far back as they are kept.
    log::warn("the database is behind where it was: telling rows apart by request id alone",
              {{"before", cursor_.newest}, {"now", horizon}});
    sink_.baseline(Baseline::horizon_behind);
    reader_.forget_horizons();
    cursor_.newest = horizon;
  }
  return false;
}

void Tail::follow_server(const postgres::Session& session, const Place& place) {
  // More replicas than this behind one address are read again now and then.
  constexpr std::size_t kMostServers = 16;
  const Identity& identity = place.identity;
  const std::string& server = place.position.server;
  if (identity.timeline != 0 &&
      std::exchange(cursor_.timeline, identity.timeline) != identity.timeline) {
    read_again("the database was promoted or restored");
  }
  if (!reader_.knows_server(place.position)) {
    read_again("the database was restarted, or is another server than before");
    // The oldest start goes first: they sort by time.
    while (cursor_.servers.size() >= kMostServers) {
      cursor_.servers.erase(cursor_.servers.begin());
    }
    cursor_.servers.insert(server);
  } else if (server.empty() && session.id() != session_) {
    // A crash ends every session, but not that of a pooler.
    read_again("the session is new, and the server does not say when it was started");
  }
  session_ = session.id();
  if (!std::ranges::includes(cursor_.tables, place.tables)) {
    read_again("a table or a partition is new");
  }
  cursor_.tables = place.tables;
}

void Tail::read_again(const char* why) {
  log::info("reading the window again", {{"reason", why}});
  reader_.forget_horizons();
}

void Tail::follow_clock(postgres::Session& session, Micros now) {
  if (now >= cursor_.polled_at) {
    return;
  }
  // The clocks were ahead and have been set right. The window has to come back with them. The ids
  // of the rows in it may be forgotten: what was written before the newest horizon is learnt anew.
  const Micros floor = now - micros(windows_.sweep_window);
  if (floor < cursor_.floor) {
    // A row that moves may have been written in between and be due much later.
    reader_.learn(session, floor, about_.moves() ? kEndOfTime : cursor_.floor, cursor_.newest,
                  session.statement_timeout() * kMostPatience);
    cursor_.floor = floor;
    sink_.baseline(Baseline::clock_set_back);
  }
  log::warn("the database's clock went backwards",
            {{"seconds", (cursor_.polled_at - now) / 1'000'000}});
  cursor_.polled_at = cursor_.swept_at = now;
}

void Tail::read_ranges(postgres::Session& session, Micros from, Micros now, Micros keep_from,
                       Mode mode, const std::function<void()>& checkpoint) {
  // The bound holds even if the clocks are wrong or the exporter was away for long.
  constexpr Micros kMostRanges = 500;
  const Micros shortest = (now - from) / kMostRanges;
  try {
    while (true) {
      const Micros length = std::max(micros(range_length_), shortest);
      const Micros to = from > now - length ? kEndOfTime : from + length;
      const Micros begun = steady_now();
      reader_.read(session, from, to, mode, session.statement_timeout() * patience_);
      if (steady_now() - begun > micros(session.statement_timeout())) {
        // It flowed, and it is done. But a snapshot holds up vacuum, and replay on a standby.
        range_length_ = std::max(kShortestRange, range_length_ / 2);
      }
      if (to == kEndOfTime) {
        break;
      }
      if (mode == Mode::count) {
        // After a long outage: what is older than any later sweep is done, and its ids can go.
        // A row that moves may have got to a later range before it was read.
        if (!about_.moves()) {
          advance_floor(std::min(to, keep_from));
        }
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

void Tail::advance_floor(Micros floor) {
  if (floor > cursor_.floor) {
    cursor_.floor = floor;
    cursor_.horizons.forget_before(floor);
    seen_.forget_before(floor);
  }
}

}  // namespace litellm_exporter

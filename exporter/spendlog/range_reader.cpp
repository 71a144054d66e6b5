// SPDX-License-Identifier: Apache-2.0
#include "spendlog/range_reader.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "poll/error.hpp"
#include "postgres/copy_row.hpp"
#include "postgres/quote.hpp"
#include "postgres/server_error.hpp"
#include "spendlog/columns.hpp"
#include "spendlog/decode.hpp"
#include "spendlog/trusted_clock.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace litellm_exporter {
namespace {

// Finding one row among those of a quarter of an hour takes some thirty.
constexpr int kMostDamages = 2000;
// Rows of which the document is asked for at once.
constexpr std::size_t kBatch = 500;
// New rows in a range that was mostly read before. Of more than these the ids would take memory,
// and asking for them costs more than it saves.
constexpr std::size_t kMostFound = 20'000;

// What is no time of this world is at its end.
Micros micros_of(const std::optional<std::string_view>& text) {
  constexpr double kFarthest = 9e18;
  const double value = parse_number(text.value_or("")).value_or(0);
  return std::abs(value) < kFarthest ? static_cast<Micros>(std::llround(value)) : kEndOfTime - 1;
}

}  // namespace

void RangeReader::begin(std::uint64_t session) {
  positions_.begin(session);
  damages_ = 0;
}

void RangeReader::forget_horizons() {
  cursor_.horizons.clear();
  settled_.forget();
}

bool RangeReader::knows_server(const Position& position) const {
  return cursor_.servers.contains(position.server);
}

void RangeReader::look_at_table(postgres::Snapshot& snapshot) {
  postgres::Table table = describe_table(snapshot, about_.name);
  gaps_ = find_gaps(about_, table);
  if (!table.exists) {
    throw PollError(Reason::schema,
                    fmt::format("table \"{}\" does not exist here: check the database's name and "
                                "the schema, and that LiteLLM has made its tables",
                                about_.name));
  }
  if (const auto missing = missing_essentials(about_, table); !missing.empty()) {
    throw PollError(Reason::permission,
                    fmt::format(R"(cannot read "{}": GRANT SELECT ("{}") ON "{}" to this role)",
                                about_.name, fmt::join(missing, R"(", ")"), about_.name));
  }
  selection_.from = snapshot.table(about_.name);
  if (beside_log_) {
    look_at_log(snapshot);
  }
  if (table != table_) {
    const std::string gaps = describe_gaps(about_, table);
    log::info(fmt::format("reading {}", about_.called),
              {{"table", about_.name},
               {"partitioned", table.partitioned},
               {"missing", gaps.empty() ? "nothing" : gaps}});
    table_ = std::move(table);
  }
}

void RangeReader::look_at_log(postgres::Snapshot& snapshot) {
  const postgres::Table log = describe_table(snapshot, kSpendLogTable);
  if (!log.can_read("request_id") || !log.can_read("startTime")) {
    throw PollError(Reason::permission, "it is not known what the spend log has");
  }
  selection_.log = snapshot.table(kSpendLogTable);
  log_filtered_ = log.filtered;
}

void RangeReader::read(postgres::Session& session, Micros from, Micros to, Mode mode,
                       Milliseconds timeout) {
  Reading reading{.from = from, .to = to, .condition = {}, .position = {}, .mode = mode};
  Xid before = 0;
  try {
    session.in_snapshot(
        [&](postgres::Snapshot& snapshot) {
          reading.position = positions_.position(snapshot);
          const bool known = knows_server(reading.position) && mode == Mode::count;
          before = known ? cursor_.horizons.lowest(from, to) : 0;
          reading.condition = inserted_since(before, reading.position);
          reading.ids_first = mode == Mode::count && mostly_read(reading, before);
          stream(snapshot, reading);
        },
        timeout);
  } catch (const postgres::ServerError& e) {
    expect_damage(session, e);
    read_around_damage(session, from, to, mode, timeout);
    return;
  }
  move_horizon(from, to, before, reading.position);
}

bool RangeReader::mostly_read(const Reading& reading, Xid before) const {
  const Micros last = cursor_.polled_at;
  const Micros again = before == 0 ? last - reading.from : SettledHorizon::kSettles;
  return again > std::min(reading.to, reading.position.now) - std::max(reading.from, last);
}

void RangeReader::stream(postgres::Snapshot& snapshot, const Reading& reading) {
  allow_policies(snapshot);
  if (about_.moves() || reading.ids_first) {
    if (const auto found = find_new(snapshot, reading)) {
      stream_found(snapshot, reading, *found);
      return;
    }
  }
  Row row;
  for (const std::string& within : about_.within(reading.from, reading.to)) {
    snapshot.stream_on(select_rows(about_, table_, selection_,
                                   fmt::format("{} AND {}", within, reading.condition)),
                       [&](const postgres::CopyRow& fields) {
                         decode_row(fields, label_bytes_, row);
                         take(row, row.start, reading.position, reading.mode);
                       });
  }
}

std::optional<std::vector<RangeReader::Found>> RangeReader::find_new(postgres::Snapshot& snapshot,
                                                                     const Reading& reading) {
  const bool moves = about_.moves();
  // Not one condition with OR: it takes three times as long to find rows by two indexes.
  std::string sql;
  for (const std::string& within : about_.within(reading.from, reading.to)) {
    sql +=
        fmt::format("{}SELECT {}, {}, {} FROM {} WHERE {} AND {}", sql.empty() ? "" : " UNION ALL ",
                    about_.key, about_.time, moves ? about_.filed : about_.time, selection_.from,
                    within, reading.condition);
  }
  std::vector<Found> found;
  std::size_t known = 0;
  snapshot.stream_on(sql, [&](const postgres::CopyRow& fields) {
    const std::string_view key = fields.at(0).value_or("");
    const Micros filed = micros_of(fields.at(2));
    // A row that moves was pending when it was written, so that its time was later than that.
    const Micros time = std::max(micros_of(fields.at(1)), filed);
    const std::uint64_t id = SeenIds::hash(key);
    if (reading.mode == Mode::baseline) {
      seen_.insert({id, time}, /*by_start=*/false);
    } else if (!moves && table_.partitioned ? seen_.contains(id, time, 0) : seen_.contains(id)) {
      ++known;
    } else if (moves ? filed >= cursor_.floor : found.size() <= kMostFound) {
      found.push_back({time, std::string{key}});
    }
  });
  if (!moves && found.size() > kMostFound) {
    return std::nullopt;
  }
  for (; known > 0; --known) {
    sink_.duplicate();
  }
  return found;
}

void RangeReader::stream_found(postgres::Snapshot& snapshot, const Reading& reading,
                               const std::vector<Found>& found) {
  // Ids alone would be looked for in every partition; where there is none, the planner would rather
  // read the whole range again than find them by their index.
  const std::string where = table_.partitioned && !about_.moves()
                                ? about_.within(reading.from, reading.to).front() + " AND "
                                : "";
  Row row;
  for (std::size_t begin = 0; begin < found.size(); begin += kBatch) {
    std::string which;
    std::map<std::uint64_t, Micros> times;
    for (std::size_t i = begin; i < std::min(found.size(), begin + kBatch); ++i) {
      which += (which.empty() ? "" : ", ") + postgres::quote_literal(found[i].key);
      times[SeenIds::hash(found[i].key)] = found[i].time;
    }
    snapshot.stream(select_rows(about_, table_, selection_,
                                fmt::format("{}{} IN ({})", where, about_.key, which)),
                    [&](const postgres::CopyRow& fields) {
                      decode_row(fields, label_bytes_, row);
                      take(row, about_.moves() ? times.at(row.id) : row.start, reading.position,
                           reading.mode);
                    });
  }
}

void RangeReader::allow_policies(postgres::Snapshot& snapshot) {
  if (table_.filtered || log_filtered_) {
    // They show this role every row: look_at_table() has made sure of that.
    snapshot.accept_row_security();
  }
}

void RangeReader::learn(postgres::Session& session, Micros from, Micros to, Xid horizon,
                        Milliseconds timeout) {
  session.in_snapshot(
      [&](postgres::Snapshot& snapshot) {
        const Position position = positions_.position(snapshot);
        stream(snapshot, {.from = from,
                          .to = to,
                          .condition = "NOT (" + inserted_since(horizon, position) + ")",
                          .position = position,
                          .mode = Mode::baseline});
      },
      timeout);
  cursor_.horizons.set(from, to, 0);
}

void RangeReader::move_horizon(Micros from, Micros to, Xid before, const Position& position) {
  if (knows_server(position)) {
    const auto settled = settled_.observe(position.horizon, steady_now());
    cursor_.horizons.set(from, to, settled.value_or(before));
  }
}

void RangeReader::read_around_damage(postgres::Session& session, Micros from, Micros to, Mode mode,
                                     Milliseconds timeout) {
  // The year 9999; what is dated later is not looked for.
  constexpr Micros kLatest = 253'402'300'799'000'000;
  const Micros end = std::min(to, kLatest);
  if (end - from <= 1) {
    read_one_by_one(session, from, mode);
    return;
  }
  const Micros middle = from + (end - from) / 2;
  read(session, from, middle, mode, timeout);
  read(session, middle, to, mode, timeout);
}

void RangeReader::read_one_by_one(postgres::Session& session, Micros instant, Mode mode) {
  Position position;
  std::vector<std::string> ids;
  try {
    session.in_snapshot([&](postgres::Snapshot& snapshot) {
      position = positions_.position(snapshot);
      allow_policies(snapshot);
      snapshot.stream(
          fmt::format("SELECT {} FROM {} WHERE ({})", about_.key, selection_.from,
                      fmt::join(about_.within(instant, instant + 1), ") OR (")),
          [&](const postgres::CopyRow& row) { ids.emplace_back(row.at(0).value_or("")); });
    });
  } catch (const postgres::ServerError& e) {
    expect_damage(session, e);
    // Not even the ids can be read: all rows of this instant count as one.
    leave_out(fmt::format("undecodable at {}", instant), instant, e.what(), mode);
  }
  for (const std::string& id : ids) {
    read_row(session, position, instant, id, mode);
  }
  move_horizon(instant, instant + 1, cursor_.horizons.lowest(instant, instant + 1), position);
}

void RangeReader::read_row(postgres::Session& session, const Position& position, Micros instant,
                           const std::string& id, Mode mode) {
  const std::string which = fmt::format("{} = {}", about_.key, postgres::quote_literal(id));
  try {
    session.in_snapshot([&](postgres::Snapshot& snapshot) {
      stream(snapshot, {.from = instant,
                        .to = instant + 1,
                        .condition = which,
                        .position = position,
                        .mode = mode});
    });
  } catch (const postgres::ServerError& e) {
    expect_damage(session, e);
    leave_out(id, instant, e.what(), mode);
  }
}

void RangeReader::leave_out(const std::string& id, Micros instant, const std::string& why,
                            Mode mode) {
  if (!seen_.insert({SeenIds::hash(id), instant}, table_.partitioned)) {
    sink_.duplicate();
    return;
  }
  sink_.undecodable(/*before=*/mode == Mode::baseline);
  if (mode == Mode::count) {
    log::warn("a row cannot be read, so it is left out",
              {{"table", about_.name}, {"startTime", timestamp_literal(instant)}, {"err", why}});
  }
}

void RangeReader::expect_damage(const postgres::Session& session,
                                const postgres::ServerError& error) {
  // Smaller steps do not help if every statement fails.
  if (!error.blames_data() || !session.usable() || ++damages_ > kMostDamages) {
    throw postgres::ServerError(error);
  }
}

void RangeReader::take(const Row& row, Micros time, const Position& position, Mode mode) {
  const bool fresh = seen_.insert({row.id, time}, table_.partitioned);
  if (mode == Mode::baseline) {
    sink_.learn(row);
  } else if (fresh) {
    constexpr double kMicros = 1e6;
    sink_.count(row, static_cast<double>(position.now) / kMicros, time < late_before_);
  } else {
    sink_.duplicate();
  }
}

}  // namespace litellm_exporter

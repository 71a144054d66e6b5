// SPDX-License-Identifier: Apache-2.0
#include "state/state.hpp"

#include "base/enum_array.hpp"
#include "base/label_values.hpp"
#include "names/closed_sets.hpp"
#include "names/key_id.hpp"
#include "state/codec.hpp"
#include "state/daily_codec.hpp"
#include "state/error_codes_codec.hpp"
#include "state/levels_codec.hpp"

#include <map>
#include <optional>
#include <vector>

namespace litellm_exporter {
namespace {

using Chosen = std::map<Family, std::vector<const SeriesStore::Entry*>>;

constexpr std::uint64_t kShown = 1;
constexpr std::uint64_t kUnverified = 2;

void encode_cursor(Encoder& out, const Cursor& cursor) {
  out.text(cursor.cluster);
  out.u64(cursor.timeline);
  out.u64(cursor.newest);
  out.i64(cursor.floor);
  out.i64(cursor.polled_at);
  out.i64(cursor.swept_at);
  out.u64(cursor.horizons.ranges().size());
  for (const auto& [start, horizon] : cursor.horizons.ranges()) {
    out.i64(start);
    out.u64(horizon);
  }
}

Cursor decode_cursor(Decoder& in) {
  Cursor cursor;
  cursor.cluster = in.text();
  cursor.timeline = static_cast<std::uint32_t>(in.u64());
  cursor.newest = in.u64();
  cursor.floor = in.i64();
  cursor.polled_at = in.i64();
  cursor.swept_at = in.i64();
  std::map<Micros, Xid> ranges;
  for (std::uint64_t left = in.count(16); left > 0; --left) {
    const Micros start = in.i64();
    ranges[start] = in.u64();
  }
  cursor.horizons.restore(std::move(ranges));
  return cursor;
}

// Added to the cursor by a later version, and so at the end of a record.
void encode_origin(Encoder& out, const Cursor& cursor) {
  out.u64(cursor.servers.size());
  for (const std::string& server : cursor.servers) {
    out.text(server);
  }
  out.u64(cursor.tables.size());
  for (const std::uint32_t table : cursor.tables) {
    out.u64(table);
  }
}

void decode_origin(Decoder& in, Cursor& cursor) {
  for (std::uint64_t left = in.count(8); left > 0; --left) {
    cursor.servers.emplace(in.text());
  }
  for (std::uint64_t left = in.count(8); left > 0; --left) {
    cursor.tables.insert(static_cast<std::uint32_t>(in.u64()));
  }
}

void encode_series(Encoder& out, const SeriesStore& store, const Chosen& chosen) {
  out.u64(chosen.size());
  for (const auto& [family, entries] : chosen) {
    out.text(info(family).name);
    out.u64(store.bounds(family).size());
    for (const double bound : store.bounds(family)) {
      out.f64(bound);
    }
    out.u64(entries.size());
    for (const SeriesStore::Entry* entry : entries) {
      const Series& series = entry->second;
      out.text(entry->first);
      out.u64((series.shown ? kShown : 0) | (series.unverified ? kUnverified : 0));
      out.f64(series.value);
      out.u64(series.buckets.size());
      for (const std::uint64_t bucket : series.buckets) {
        out.u64(bucket);
      }
    }
  }
}

std::optional<Family> family_named(std::string_view name) {
  for (const Family family : kEnumerators<Family>) {
    if (info(family).name == name) {
      return family;
    }
  }
  return std::nullopt;
}

Series decode_one(Decoder& in) {
  Series series;
  const std::uint64_t flags = in.u64();
  series.shown = (flags & kShown) != 0;
  series.unverified = (flags & kUnverified) != 0;
  series.value = in.f64();
  for (std::uint64_t left = in.count(8); left > 0; --left) {
    series.buckets.push_back(in.u64());
  }
  return series;
}

// An earlier version may have saved raw keys: of the labels `key` only those come back that this
// one makes.
bool may_be_shown(Family family, std::string_view key) {
  const std::string_view label = SeriesStore::split(key).front();
  return info(family).labels.position("key") != 0 || key_name(label).name == label ||
         label == kUnknown || label == kOther || label == "hashed-jwt" || label == "cli-session";
}

void decode_series(Decoder& in, SeriesStore& store) {
  for (std::uint64_t families = in.count(24); families > 0; --families) {
    const auto family = family_named(in.text());
    std::vector<double> bounds;
    for (std::uint64_t left = in.count(8); left > 0; --left) {
      bounds.push_back(in.f64());
    }
    const bool usable = family && store.bounds(*family) == bounds;
    for (std::uint64_t left = in.count(32); left > 0; --left) {
      const std::string_view key = in.text();
      Series series = decode_one(in);
      const bool fits = usable && (key.empty() ? 0 : SeriesStore::split(key).size()) ==
                                      info(*family).labels.size();
      if ((fits || (usable && info(*family).labels.size() == 1)) && may_be_shown(*family, key)) {
        store.restore(*family, key, std::move(series));
      }
    }
  }
}

template <typename Ids>
void encode_ids(Encoder& out, const Ids& each, std::size_t count) {
  out.reserve(16 * count + 8);
  out.u64(count);
  each([&](const SeenIds::Entry& entry) {
    out.u64(entry.id);
    out.i64(entry.start);
  });
}

template <typename Ids>
std::string encode_ledger(const State& state, const Ids& each, std::size_t count) {
  Encoder out;
  encode_cursor(out, state.ledger_cursor);
  encode_origin(out, state.ledger_cursor);
  encode_ids(out, each, count);
  out.u64(index_of(state.sources.success));
  out.u64(index_of(state.sources.failure));
  return out.take();
}

RequestSource decode_source(Decoder& in) {
  return in.u64() == index_of(RequestSource::ledger) ? RequestSource::ledger : RequestSource::log;
}

void decode_ids(Decoder& in, SeenIds& seen) {
  std::uint64_t ids = in.count(16);
  seen.reserve(ids);
  for (; ids > 0; --ids) {
    const std::uint64_t id = in.u64();
    seen.insert({id, in.i64()}, /*by_start=*/true);
  }
}

void decode_ledger(Decoder in, State& state) {
  state.ledger_cursor = decode_cursor(in);
  decode_origin(in, state.ledger_cursor);
  decode_ids(in, state.ledger_seen);
  state.sources.success = decode_source(in);
  state.sources.failure = decode_source(in);
  if (!in.done()) {
    throw DecodeError("holds more than it should");
  }
}

// What further versions added: parts with names, behind which more may come.
constexpr std::string_view kLedger = "ledger";
constexpr std::string_view kDaily = "daily";
constexpr std::string_view kErrorCodes = "error_codes";
constexpr std::string_view kLevels = "levels";

void decode_parts(Decoder& in, State& state) {
  while (!in.done()) {
    const std::string_view name = in.text();
    if (name == kLedger) {
      decode_ledger(Decoder(in.text()), state);
    } else if (name == kDaily) {
      apply_daily(Decoder(in.text()), state.daily, state.daily_server);
    } else if (name == kLevels) {
      apply_levels(Decoder(in.text()), state.levels, state.sums_server);
    } else if (name == kErrorCodes) {
      apply_error_codes(Decoder(in.text()), state.codes);
    } else {
      throw DecodeError("holds more than it should");
    }
  }
}

// All that were inserted since the last save.
auto unsaved(const SeenIds& seen) {
  return [&seen](auto visit) {
    for (const SeenIds::Entry& entry : seen.unsaved()) {
      visit(entry);
    }
  };
}

auto all(const SeenIds& seen) {
  return [&seen](auto visit) { seen.for_each(visit); };
}

}  // namespace

std::string encode_all(const State& state) {
  Encoder out;
  encode_cursor(out, state.cursor);
  encode_ids(out, all(state.seen), state.seen.size());
  Chosen chosen;
  std::size_t bytes = 0;
  for (const Family family : kEnumerators<Family>) {
    for (const SeriesStore::Entry& entry : state.series.series(family)) {
      chosen[family].push_back(&entry);
      bytes += 32 + entry.first.size() + 8 * entry.second.buckets.size();
    }
  }
  // Else the text would be copied each time that it has doubled.
  out.reserve(bytes);
  encode_series(out, state.series, chosen);
  out.u64(state.scrapers);
  encode_origin(out, state.cursor);
  out.text(kLedger);
  out.text(encode_ledger(state, all(state.ledger_seen), state.ledger_seen.size()));
  out.text(kDaily);
  out.text(encode_daily(state.daily, state.daily_server, /*all=*/true));
  out.text(kErrorCodes);
  out.text(encode_error_codes(state.codes));
  out.text(kLevels);
  out.text(encode_levels(state.levels, state.sums_server, /*all=*/true));
  return out.take();
}

std::string encode_changes(const State& state) {
  Encoder out;
  encode_cursor(out, state.cursor);
  encode_ids(out, unsaved(state.seen), state.seen.unsaved().size());
  Chosen chosen;
  for (const SeriesStore::Changed& changed : state.series.changed()) {
    chosen[changed.family].push_back(changed.entry);
  }
  encode_series(out, state.series, chosen);
  out.u64(state.scrapers);
  encode_origin(out, state.cursor);
  out.text(kLedger);
  out.text(encode_ledger(state, unsaved(state.ledger_seen), state.ledger_seen.unsaved().size()));
  out.text(kDaily);
  out.text(encode_daily(state.daily, state.daily_server, /*all=*/false));
  out.text(kErrorCodes);
  out.text(encode_error_codes(state.codes));
  out.text(kLevels);
  out.text(encode_levels(state.levels, state.sums_server, /*all=*/false));
  return out.take();
}

void apply_record(std::string_view record, State& state) {
  Decoder in(record);
  state.cursor = decode_cursor(in);
  decode_ids(in, state.seen);
  decode_series(in, state.series);
  // Files of earlier versions end here, or one value later.
  state.scrapers = in.done() ? 0 : in.u64();
  if (!in.done()) {
    decode_origin(in, state.cursor);
  }
  decode_parts(in, state);
  state.seen.saved();
  state.ledger_seen.saved();
  state.daily.saved();
  state.levels.saved();
}

}  // namespace litellm_exporter

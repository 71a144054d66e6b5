// SPDX-License-Identifier: Apache-2.0
#include "state/levels_codec.hpp"

#include "state/server_codec.hpp"

#include <algorithm>

namespace litellm_exporter {
namespace {

using Source = DailyLevels::Source;

void encode_group(Encoder& out, Day day, SumOf of, const DailyLevels::Groups::value_type& group) {
  out.i64(day.time_since_epoch().count());
  out.u64(index_of(of));
  out.text(group.first);
  // Most are 0.
  std::uint64_t mask = 0;
  for (const Measure measure : kEnumerators<Measure>) {
    mask |= group.second.level[measure] != 0 ? std::uint64_t{1} << index_of(measure) : 0;
  }
  out.u64(mask);
  for (const double level : group.second.level) {
    if (level != 0) {
      out.f64(level);
    }
  }
}

Day decode_day(Decoder& in) {
  return Day{std::chrono::days{std::clamp<std::int64_t>(in.i64(), 0, 10'000'000)}};
}

void apply_group(Decoder& in, DailyLevels& levels) {
  const Day day = decode_day(in);
  const std::uint64_t of = in.u64();
  const std::string_view key = in.text();
  const std::uint64_t mask = in.u64();
  Measures level;
  for (const Measure measure : kEnumerators<Measure>) {
    if ((mask >> index_of(measure) & 1) != 0) {
      level[measure] = in.f64();
    }
  }
  if (of < kEnumCount<SumOf>) {
    levels.restore(day, static_cast<SumOf>(of), key, level);
  }
}

void encode_days(Encoder& out, const DailyLevels& levels) {
  out.u64(levels.days().size());
  for (const auto& [day, of_day] : levels.days()) {
    out.i64(day.time_since_epoch().count());
    for (const Source source : of_day.sources) {
      out.u64(index_of(source));
    }
    out.u64(of_day.settled ? 1 : 0);
    out.f64(of_day.audit.rows);
    out.f64(of_day.audit.deliveries);
    out.f64(of_day.audit.before);
  }
}

void apply_days(Decoder& in, DailyLevels& levels) {
  Day first;
  for (std::uint64_t left = in.count(32), all = left; left > 0; --left) {
    const Day day = decode_day(in);
    first = left == all ? day : first;
    EnumArray<Outcome, Source> sources;
    for (Source& source : sources) {
      source = static_cast<Source>(std::min<std::uint64_t>(in.u64(), index_of(Source::sums)));
    }
    const bool settled = in.u64() != 0;
    DailyLevels::Audit audit;
    audit.rows = in.f64();
    audit.deliveries = in.f64();
    audit.before = in.f64();
    levels.restore(day, sources, settled, audit);
  }
  levels.forget_before(first);
}

void encode_outcomes(Encoder& out, const DailyLevels& levels) {
  out.i64(levels.tolerated_on().time_since_epoch().count());
  for (const Outcome outcome : kEnumerators<Outcome>) {
    const LogWatch::Compared& compared = levels.watch(outcome).compared();
    out.u64(levels.presumes(outcome) ? 1 : 0);
    out.u64(compared.known ? 1 : 0);
    out.f64(compared.summed);
    out.f64(compared.missing);
    out.f64(levels.tolerated(outcome));
  }
}

void apply_outcomes(Decoder& in, DailyLevels& levels) {
  const Day tolerated_on = decode_day(in);
  for (const Outcome outcome : kEnumerators<Outcome>) {
    levels.presume(outcome, in.u64() != 0);
    LogWatch::Compared compared;
    compared.known = in.u64() != 0;
    compared.summed = in.f64();
    compared.missing = in.f64();
    levels.watch(outcome).restore(compared);
    levels.restore_tolerated(tolerated_on, outcome, in.f64());
  }
}

}  // namespace

std::string encode_levels(const DailyLevels& levels, const ServerHistory& server, bool all) {
  Encoder out;
  encode_server(out, server);
  const bool begins = all || levels.begun_anew();
  out.u64(begins ? 1 : 0);
  out.u64(levels.terms());
  out.u64(levels.by_model_usage() ? 1 : 0);
  for (const SumOf of : kEnumerators<SumOf>) {
    out.u64(levels.follows(of) ? 1 : 0);
  }
  encode_days(out, levels);
  encode_outcomes(out, levels);
  Encoder groups;
  std::uint64_t count = 0;
  const auto encode = [&](Day day, SumOf of, const DailyLevels::Groups::value_type& group) {
    encode_group(groups, day, of, group);
    ++count;
  };
  if (!begins) {
    for (const auto& [group, place] : levels.changed()) {
      encode(place.first, place.second, *group);
    }
  } else {
    for (const auto& [day, of_day] : levels.days()) {
      for (const SumOf of : kEnumerators<SumOf>) {
        for (const auto& group : of_day.groups[of]) {
          encode(day, of, group);
        }
      }
    }
  }
  out.u64(count);
  out.text(groups.bytes());
  return out.take();
}

void apply_levels(Decoder in, DailyLevels& levels, ServerHistory& server) {
  server = decode_server(in);
  if (in.u64() != 0) {
    levels.forget();
  }
  const std::uint64_t terms = in.u64();
  levels.restore_terms(terms, in.u64() != 0);
  for (const SumOf of : kEnumerators<SumOf>) {
    levels.restore(of, in.u64() != 0);
  }
  apply_days(in, levels);
  apply_outcomes(in, levels);
  std::uint64_t count = in.u64();
  Decoder groups(in.text());
  for (; count > 0; --count) {
    apply_group(groups, levels);
  }
  if (!in.done() || !groups.done()) {
    throw DecodeError("holds more levels of daily sums than it should");
  }
}

}  // namespace litellm_exporter

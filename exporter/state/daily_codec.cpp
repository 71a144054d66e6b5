// SPDX-License-Identifier: Apache-2.0
#include "state/daily_codec.hpp"

#include "state/server_codec.hpp"

#include <algorithm>

namespace litellm_exporter {
namespace {

constexpr std::uint64_t kBegunAnew = 1;

void encode_sum(Encoder& out, Day day, const DailySums::Sums::value_type& sum) {
  out.i64(day.time_since_epoch().count());
  out.text(sum.first);
  out.f64(sum.second);
}

void encode_table(Encoder& out, const DailySums& sums, bool all) {
  out.u64(static_cast<std::uint64_t>(sums.sight()));
  out.i64(sums.since().time_since_epoch().count());
  out.u64(all || sums.begun_anew() ? kBegunAnew : 0);
  if (!all) {
    out.u64(sums.changed().size());
    for (const auto& [sum, day] : sums.changed()) {
      encode_sum(out, day, *sum);
    }
    return;
  }
  std::uint64_t count = 0;
  for (const auto& [day, remembered] : sums.days()) {
    count += remembered.size();
  }
  out.u64(count);
  for (const auto& [day, remembered] : sums.days()) {
    for (const auto& sum : remembered) {
      encode_sum(out, day, sum);
    }
  }
}

Day decode_day(Decoder& in) {
  // Farther away there is no date.
  constexpr std::int64_t kFarthest = 10'000'000;
  return Day{std::chrono::days{std::clamp(in.i64(), -kFarthest, kFarthest)}};
}

void apply_table(Decoder& in, DailySums& sums) {
  const auto sight = static_cast<DailySums::Sight>(
      std::min(in.u64(), static_cast<std::uint64_t>(DailySums::Sight::followed)));
  const Day since = decode_day(in);
  if (in.u64() == kBegunAnew) {
    sums.forget();
  }
  sums.restore(sight, since);
  for (std::uint64_t left = in.count(24); left > 0; --left) {
    const Day day = decode_day(in);
    const std::string_view labels = in.text();
    sums.restore(day, labels, in.f64());
  }
}

}  // namespace

std::string encode_daily(const DailyMemory& memory, const ServerHistory& server, bool all) {
  Encoder out;
  encode_server(out, server);
  out.u64(kEnumCount<DailyTable>);
  for (const DailyTable table : kEnumerators<DailyTable>) {
    out.text(kDailyTableNames[table]);
    encode_table(out, memory.tables[table], all);
  }
  return out.take();
}

void apply_daily(Decoder in, DailyMemory& memory, ServerHistory& server) {
  server = decode_server(in);
  for (std::uint64_t left = in.count(24); left > 0; --left) {
    const std::string_view name = in.text();
    DailySums unknown;
    const auto* const known = std::ranges::find(kDailyTableNames, name);
    apply_table(in, known == kDailyTableNames.end()
                        ? unknown
                        : memory.tables[static_cast<DailyTable>(known - kDailyTableNames.begin())]);
  }
  if (!in.done()) {
    throw DecodeError("holds more daily sums than it should");
  }
}

}  // namespace litellm_exporter

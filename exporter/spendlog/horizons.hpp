// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <map>

namespace litellm_exporter {

// Microseconds since 1970, UTC, by the database's clock or a row's "startTime".
using Micros = std::int64_t;
// A transaction id with its epoch (PostgreSQL's xid8): never wraps.
using Xid = std::uint64_t;

inline constexpr Micros kEndOfTime = std::numeric_limits<Micros>::max();

// For each range of "startTime": below which transaction id every row has been read. All
// transactions below a snapshot's xmin are finished, so the next read of that range starts there.
// Ranges are read at different rates (the poll reads the newest minutes, the sweep the hours
// before), and a long catch-up advances range by range, each in its own transaction.
class Horizons {
 public:
  // The lowest horizon of any part of [from, to): reading from there misses nothing.
  // 0 where nothing was ever read.
  Xid lowest(Micros from, Micros to) const;
  // Everything in [from, to) has been read up to `horizon`.
  void set(Micros from, Micros to, Xid horizon);
  // Takes back the last `ids` transaction ids everywhere.
  void lower(Xid ids);
  // Ranges before `start` will never be read again.
  void forget_before(Micros start);
  void clear() { starts_.clear(); }

  // Start of a range to its horizon; a range ends where the next one starts.
  const std::map<Micros, Xid>& ranges() const noexcept { return starts_; }
  void restore(std::map<Micros, Xid> ranges) { starts_ = std::move(ranges); }

 private:
  Xid at(Micros start) const;

  std::map<Micros, Xid> starts_;
};

}  // namespace litellm_exporter

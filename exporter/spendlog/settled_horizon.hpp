// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/horizons.hpp"

#include <deque>
#include <optional>

namespace litellm_exporter {

// A transaction id that no crash brings back. A server that crashes forgets the transactions whose
// log it had not written yet, and gives their ids to others: below a horizon that was seen just
// before, rows can appear after all. The log is written within three times wal_writer_delay, which
// is 10 s at most; so what counts is the lowest horizon of the last 30 seconds and of the last look
// before them. That holds without knowing of crashes, which a pooler hides.
// https://www.postgresql.org/docs/15/wal-async-commit.html
// Belongs to one thread.
class SettledHorizon {
 public:
  // How long a horizon is watched.
  static constexpr Micros kSettles = 30'000'000;

  // A snapshot's horizon, and a clock of this machine that nobody sets, in microseconds. Returns
  // the horizon up to which everything that was read may be left alone from now on; nothing as long
  // as it has not been watched for long enough.
  std::optional<Xid> observe(Xid horizon, Micros steady);
  // The server is another one than before: what was seen of the other proves nothing.
  void forget() { seen_.clear(); }

 private:
  struct Seen {
    Micros at = 0;
    Xid horizon = 0;
  };
  // Oldest first.
  std::deque<Seen> seen_;
};

}  // namespace litellm_exporter

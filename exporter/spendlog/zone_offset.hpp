// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/horizons.hpp"

#include <optional>

namespace litellm_exporter {

// How far the clock by which LiteLLM's sessions date their rows is ahead of UTC. CURRENT_TIMESTAMP
// in a column without a zone is local time: that of the zone that LiteLLM's role has, which this
// role cannot ask for. A row that was written since the last poll tells it. Until there is one, it
// is the zone of this role, or UTC, whichever is behind: then more is read, not less. Pure; all in
// microseconds. Belongs to one thread.
class ZoneOffset {
 public:
  // The time of the table's newest row, the time in UTC, and how far this role's zone is ahead.
  void follow(Micros newest, Micros now, Micros zone);

  Micros ahead() const noexcept { return ahead_; }

 private:
  Micros ahead_ = 0;
  // As of the last call.
  std::optional<Micros> newest_;
  Micros zone_ = 0;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/horizons.hpp"

#include <optional>

namespace litellm_exporter {

// The database's clock, as far as it can be believed. What is older than the sweep window is
// forgotten for good, so a clock that jumps ahead, perhaps to be set right a little later, must not
// decide that at once: until it has stayed there for `doubt`, time goes on at the pace of this
// machine. Belongs to one thread.
class TrustedClock {
 public:
  explicit TrustedClock(Micros doubt) : doubt_(doubt) {}

  // What the database says, and a clock of this machine that nobody sets; both in microseconds. The
  // first call believes the database, whose clock may have gone on while nobody looked.
  Micros judge(Micros told, Micros steady);

 private:
  Micros doubt_;
  // What to add to the steady clock.
  std::optional<Micros> offset_;
  // When the jump was seen, by the steady clock.
  std::optional<Micros> doubted_since_;
};

// Since the machine was started; goes on while it sleeps.
Micros steady_now();

}  // namespace litellm_exporter

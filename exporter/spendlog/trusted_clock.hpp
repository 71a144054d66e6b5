// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/horizons.hpp"

#include <optional>

namespace litellm_exporter {

// The database's clock, as far as it can be believed. What is older than the sweep window is
// forgotten for good, so a clock that is ahead, perhaps to be set right a little later, must not
// decide that: this machine's clock is a second witness, and the one that is behind is believed.
// Where both jump ahead together, time goes on at the old pace until they have stayed there for
// `doubt`. Belongs to one thread.
class TrustedClock {
 public:
  explicit TrustedClock(Micros doubt) : doubt_(doubt) {}

  // What the database says, what this machine says, and a clock of this machine that nobody sets;
  // all in microseconds. The first call has nothing to doubt by: time may have gone on while nobody
  // looked.
  Micros judge(Micros told, Micros own, Micros steady);

 private:
  Micros doubt_;
  // What to add to the steady clock.
  std::optional<Micros> offset_;
  // When the jump was seen, by the steady clock.
  std::optional<Micros> doubted_since_;
};

// Since the machine was started; goes on while it sleeps.
Micros steady_now();
// Since 1970, as this machine believes.
Micros wall_now();

}  // namespace litellm_exporter

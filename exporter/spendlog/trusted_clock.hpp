// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/horizons.hpp"

#include <optional>

namespace litellm_exporter {

// The database's clock, as far as it can be believed. What is older than the sweep window is
// forgotten for good, so a clock that is ahead, perhaps to be set right a little later, must not
// decide that: this machine's clock is a second witness, and the one that is behind is believed.
// If both jump ahead together, time goes on at the old pace until they have stayed there for
// `doubt`. Belongs to one thread.
class TrustedClock {
 public:
  explicit TrustedClock(Micros doubt) : doubt_(doubt) {}

  // The time now, in microseconds, from three clocks: the database's (`told`), this machine's
  // (`own`) and its monotonic one (`steady`). The first call believes what it is told: any time may
  // have passed before it.
  Micros judge(Micros told, Micros own, Micros steady);

 private:
  Micros doubt_;
  // The difference to the steady clock.
  std::optional<Micros> offset_;
  // When the jump was seen, by the steady clock.
  std::optional<Micros> doubted_since_;
};

// Since the machine was started; goes on while it sleeps.
Micros steady_now();
// Since 1970, as this machine believes.
Micros wall_now();

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"

#include <functional>
#include <stop_token>

namespace litellm_exporter {

// A file descriptor that becomes readable once a stop is requested, so that poll(2) can wait for a
// socket and for the stop at the same time. Owns the descriptor. Any thread may request the stop.
class StopEvent {
 public:
  // Throws std::system_error if the process has no descriptor left.
  explicit StopEvent(const std::stop_token& stop);

  int descriptor() const noexcept { return event_.get(); }

 private:
  Fd event_;
  // Last: it writes to the descriptor, which must outlive it.
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace litellm_exporter

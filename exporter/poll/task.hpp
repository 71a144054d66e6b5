// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/collector.hpp"
#include "poll/status.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace litellm_exporter {

// A collector with its rhythm and with what was said about it. Used by one thread.
class Task {
 public:
  using Clock = std::chrono::steady_clock;

  // Due at once; where a poll costs money, only when the last one before a reload is old enough.
  Task(Collector& collector, StatusBoard& board);

  Clock::time_point due() const noexcept { return due_; }
  // Polls once, reports to the board and to the log: the one place where a failed poll ends.
  void run(const std::stop_token& stop);

 private:
  void log_failure(const PollError& error);
  void log_success();

  Collector& collector_;
  StatusBoard& board_;
  Clock::time_point due_;
  // Since the last success.
  std::uint64_t failures_ = 0;
  std::optional<PollError> error_;
  bool warned_ = false;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "poll/task.hpp"

#include "base/log.hpp"

#include <cstdlib>

namespace litellm_exporter {
namespace {

// A trouble that lasts is said once, and then again this often.
constexpr std::chrono::minutes kReminder{5};

}  // namespace

void Task::log_failure(const PollError& error) {
  ++failures_;
  const auto now = Clock::now();
  const log::Fields fields = {{"collector", collector_.name()},
                              {"reason", name_of(error.reason())},
                              {"failures", failures_},
                              {"err", error.what()}};
  if (said_ == error.what() && now - reminded_ < kReminder) {
    log::debug("poll failed", fields);
    return;
  }
  said_ = error.what();
  reminded_ = now;
  log::warn("poll failed", fields);
}

void Task::log_success() {
  if (failures_ > 0) {
    log::info("poll works again", {{"collector", collector_.name()}, {"failures", failures_}});
  }
  failures_ = 0;
  said_.clear();
}

void Task::run(const std::stop_token& stop) {
  const auto begin = Clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  try {
    collector_.collect(stop);
    board_.succeeded(collector_.name(), seconds());
    log_success();
  } catch (const PollError& e) {
    // Closing the connection is how a stop gets through to a blocked call.
    if (!stop.stop_requested()) {
      board_.failed(collector_.name(), seconds(), e);
      log_failure(e);
    }
  } catch (const std::exception& e) {
    // Out of memory or a bug: what is in memory can no longer be trusted, what is on disk can.
    log::error("cannot go on", {{"collector", collector_.name()}, {"err", e.what()}});
    std::_Exit(EXIT_FAILURE);
  }
  // A fixed rhythm without catching up on beats that were missed.
  due_ += collector_.interval();
  if (due_ < Clock::now()) {
    due_ = Clock::now() + collector_.interval();
  }
}

}  // namespace litellm_exporter

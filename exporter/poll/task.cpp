// SPDX-License-Identifier: Apache-2.0
#include "poll/task.hpp"

#include "base/log.hpp"
#include "base/threads.hpp"
#include "poll/retry.hpp"

#include <cstdlib>
#include <string_view>

namespace litellm_exporter {

Task::Task(Collector& collector, StatusBoard& board)
    : collector_(collector), board_(board), due_(Clock::now()) {
  if (const auto begun = board.begun(collector.name()); begun && collector.costly()) {
    due_ = *begun + collector.interval();
  }
}

void Task::log_failure(const PollError& error) {
  ++failures_;
  if (error_ && std::string_view{error_->what()} != error.what()) {
    board_.settled(collector_.name(), *error_);
  }
  error_ = error;
  const log::Fields fields = {{"collector", collector_.name()},
                              {"reason", name_of(error.reason())},
                              {"failures", failures_},
                              {"err", error.what()}};
  if (board_.is_news(collector_.name(), error)) {
    warned_ = true;
    log::warn("poll failed", fields);
  } else {
    log::debug("poll failed", fields);
  }
}

void Task::log_success() {
  if (failures_ > 0) {
    board_.settled(collector_.name(), *error_);
    const log::Fields fields = {{"collector", collector_.name()}, {"failures", failures_}};
    warned_ ? log::info("poll works again", fields) : log::debug("poll works again", fields);
  }
  error_.reset();
  failures_ = 0;
  warned_ = false;
}

void Task::run(const std::stop_token& stop) {
  const auto begin = Clock::now();
  board_.begins(collector_.name());
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  const auto fail = [&](const PollError& error) {
    // Closing the connection is how a stop gets through to a blocked call.
    if (!stop.stop_requested()) {
      log_failure(error);
      board_.set_gaps(collector_.name(), collector_.gaps().size());
      board_.failed(collector_.name(), seconds(), error);
    }
  };
  try {
    collector_.collect(stop);
    log_success();
    board_.set_gaps(collector_.name(), collector_.gaps().size());
    // Last: who sees that the poll has ended finds all that it said.
    board_.succeeded(collector_.name(), seconds());
  } catch (const PollError& e) {
    fail(e);
  } catch (const std::exception& e) {
    if (is_lack_of_threads(e)) {
      fail({Reason::connect, kNoThread});
    } else {
      // Out of memory or a bug: what is in memory can no longer be trusted, what is on disk can.
      log::error("cannot go on", {{"collector", collector_.name()}, {"err", e.what()}});
      std::_Exit(EXIT_FAILURE);
    }
  }
  if (failures_ > 0 && !collector_.costly()) {
    const auto took = std::chrono::duration_cast<Milliseconds>(Clock::now() - begin);
    due_ = Clock::now() + retry_after(failures_, took, collector_.interval());
    return;
  }
  // A fixed rhythm without catching up on beats that were missed.
  due_ += collector_.interval();
  if (due_ < Clock::now()) {
    due_ = Clock::now() + collector_.interval();
  }
}

}  // namespace litellm_exporter

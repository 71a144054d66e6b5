// SPDX-License-Identifier: Apache-2.0
#include "poll/worker.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <mutex>

namespace litellm_exporter {
namespace {

using Steady = std::chrono::steady_clock;

// A trouble that lasts is said once, and then again this often.
constexpr std::chrono::minutes kReminder{5};

}  // namespace

struct Worker::Task {
  Collector& collector;
  Steady::time_point due;
  // Since the last success.
  std::uint64_t failures = 0;
  Steady::time_point reminded;
  std::string said;

  void log_failure(const PollError& error) {
    ++failures;
    const auto now = Steady::now();
    const log::Fields fields = {{"collector", collector.name()},
                                {"reason", name_of(error.reason())},
                                {"failures", failures},
                                {"err", error.what()}};
    if (said == error.what() && now - reminded < kReminder) {
      log::debug("poll failed", fields);
      return;
    }
    said = error.what();
    reminded = now;
    log::warn("poll failed", fields);
  }

  void log_success() {
    if (failures > 0) {
      log::info("poll works again", {{"collector", collector.name()}, {"failures", failures}});
    }
    failures = 0;
    said.clear();
  }
};

Worker::Worker(std::vector<std::unique_ptr<Collector>> collectors, StatusBoard& board)
    : collectors_(std::move(collectors)), board_(board) {
  for (const auto& collector : collectors_) {
    board_.add(collector->name(), collector->interval());
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Worker::run(const std::stop_token& stop) {
  std::vector<Task> tasks;
  for (const auto& collector : collectors_) {
    tasks.push_back({*collector, Steady::now(), 0, {}, {}});
  }
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    for (Task& task : tasks) {
      if (task.due <= Steady::now() && !stop.stop_requested()) {
        run_one(task, stop);
      }
    }
    const auto next =
        std::min_element(tasks.begin(), tasks.end(), [](const Task& a, const Task& b) {
          return a.due < b.due;
        })->due;
    never.wait_until(lock, stop, next, [] { return false; });
  }
}

void Worker::run_one(Task& task, const std::stop_token& stop) {
  const auto begin = Steady::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Steady::now() - begin).count(); };
  try {
    task.collector.collect(stop);
    board_.succeeded(task.collector.name(), seconds());
    task.log_success();
  } catch (const PollError& e) {
    // Closing the connection is how a stop gets through to a blocked call.
    if (!stop.stop_requested()) {
      board_.failed(task.collector.name(), seconds(), e);
      task.log_failure(e);
    }
  } catch (const std::exception& e) {
    // Out of memory or a bug: what is in memory can no longer be trusted, what is on disk can.
    log::error("cannot go on", {{"collector", task.collector.name()}, {"err", e.what()}});
    std::_Exit(EXIT_FAILURE);
  }
  // A fixed rhythm without catching up on beats that were missed.
  task.due += task.collector.interval();
  if (task.due < Steady::now()) {
    task.due = Steady::now() + task.collector.interval();
  }
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "poll/worker.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace litellm_exporter {

Worker::Worker(const Collectors& collectors, StatusBoard& board) {
  std::vector<Task> tasks;
  for (const auto& collector : collectors) {
    tasks.emplace_back(*collector, board);
  }
  thread_ = std::jthread([tasks = std::move(tasks)](const std::stop_token& stop) mutable {
    run(std::move(tasks), stop);
  });
}

void Worker::run(std::vector<Task> tasks, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    for (Task& task : tasks) {
      if (task.due() <= Task::Clock::now() && !stop.stop_requested()) {
        task.run(stop);
      }
    }
    const auto next = std::min_element(
        tasks.begin(), tasks.end(), [](const Task& a, const Task& b) { return a.due() < b.due(); });
    never.wait_until(lock, stop, next->due(), [] { return false; });
  }
}

}  // namespace litellm_exporter

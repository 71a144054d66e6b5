// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace litellm_exporter {

// Threads that are made when they are needed, and kept. Where the system has no more of them, those
// that are there do the work. The library's own pool makes all at once, and ends the process if it
// cannot. prepare() and run() belong to one thread.
class ThreadPool {
 public:
  using Job = std::function<void()>;

  // Makes the first thread, so that there is always one. Throws std::system_error.
  explicit ThreadPool(std::size_t most);
  // Waits for the jobs.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Makes another thread if all are busy; returns how many there are.
  std::size_t prepare();
  // The job must not throw.
  void run(Job job);

 private:
  void work();
  void complain();

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  // Given and not yet done.
  std::size_t unfinished_ = 0;
  bool ending_ = false;
  std::optional<std::chrono::steady_clock::time_point> complained_;
  std::vector<std::jthread> threads_;
};

}  // namespace litellm_exporter

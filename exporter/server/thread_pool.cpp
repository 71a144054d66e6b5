// SPDX-License-Identifier: Apache-2.0
#include "server/thread_pool.hpp"

#include "base/log.hpp"
#include "base/threads.hpp"

#include <utility>

namespace litellm_exporter {

ThreadPool::ThreadPool(std::size_t most) : most_(most) {
  threads_.reserve(most_);
  threads_.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  threads_.clear();
}

std::size_t ThreadPool::prepare() {
  const std::lock_guard lock(mutex_);
  if (unfinished_ >= threads_.size() && threads_.size() < most_) {
    try {
      threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      complain();
    }
  }
  return threads_.size();
}

void ThreadPool::run(Job job) {
  const std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  ++unfinished_;
  changed_.notify_one();
}

void ThreadPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (jobs_.empty()) {
      return;
    }
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
    --unfinished_;
  }
}

void ThreadPool::complain() {
  constexpr std::chrono::minutes kReminder{1};
  const auto now = std::chrono::steady_clock::now();
  if (!complained_ || now - *complained_ >= kReminder) {
    complained_ = now;
    log::error("clients have to wait for each other",
               {{"threads", threads_.size()}, {"err", kNoThread}});
  }
}

}  // namespace litellm_exporter

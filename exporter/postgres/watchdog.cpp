// SPDX-License-Identifier: Apache-2.0
#include "postgres/watchdog.hpp"

#include <sys/socket.h>

namespace litellm_exporter::postgres {

Watchdog::Watchdog(int socket, const std::stop_token& stop)
    : socket_(socket),
      thread_([this](const std::stop_token& own) { run(own); }),
      on_stop_(stop, [this] { ::shutdown(socket_, SHUT_RDWR); }) {}

void Watchdog::arm(std::chrono::milliseconds time) {
  const std::lock_guard lock(mutex_);
  deadline_ = std::chrono::steady_clock::now() + time;
  changed_.notify_all();
}

void Watchdog::disarm() {
  const std::lock_guard lock(mutex_);
  deadline_.reset();
}

void Watchdog::run(const std::stop_token& own) {
  std::unique_lock lock(mutex_);
  while (!own.stop_requested()) {
    if (!deadline_) {
      changed_.wait(lock, own, [this] { return deadline_.has_value(); });
      continue;
    }
    const auto deadline = *deadline_;
    changed_.wait_until(lock, own, deadline, [&] { return deadline_ != deadline; });
    if (deadline_ == deadline && std::chrono::steady_clock::now() >= deadline) {
      expired_ = true;
      deadline_.reset();
      ::shutdown(socket_, SHUT_RDWR);
    }
  }
}

}  // namespace litellm_exporter::postgres

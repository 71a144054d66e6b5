// SPDX-License-Identifier: Apache-2.0
#include "http/alarm.hpp"

#include <chrono>

#include <fcntl.h>
#include <sys/socket.h>

namespace litellm_exporter::http {

Alarm::Alarm(Milliseconds time, const std::stop_token& stop)
    : thread_([this, time](const std::stop_token& done) { run(time, done); }),
      on_stop_(stop, [this] {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        changed_.notify_all();
      }) {}

Alarm::~Alarm() {
  thread_.request_stop();
  thread_.join();
}

void Alarm::watch(int socket) {
  const std::lock_guard lock(mutex_);
  socket_ = Fd(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
}

void Alarm::run(Milliseconds time, const std::stop_token& done) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, done, deadline, [this] { return stopped_; });
  constexpr std::chrono::milliseconds kAgain{20};
  while (!done.stop_requested()) {
    rang_ = true;
    ::shutdown(socket_.get(), SHUT_RDWR);
    changed_.wait_for(lock, done, kAgain, [] { return false; });
  }
}

}  // namespace litellm_exporter::http

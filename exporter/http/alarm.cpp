// SPDX-License-Identifier: Apache-2.0
#include "http/alarm.hpp"

#include <fcntl.h>
#include <sys/socket.h>

namespace litellm_exporter::http {

Alarm::Alarm(Clock::time_point deadline, const std::stop_token& stop)
    : thread_([this, deadline](const std::stop_token& done) { run(deadline, done); }),
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

void Alarm::run(Clock::time_point deadline, const std::stop_token& done) {
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

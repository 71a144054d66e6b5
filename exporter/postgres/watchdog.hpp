// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace litellm_exporter::postgres {

// Gives libpq's blocking calls a deadline. statement_timeout does not help against a server that is
// frozen or a network that swallows packets, so when time is up, or a stop is requested, the socket
// is shut down: the blocked call then fails at once as a broken connection. Owned by the thread
// that owns the connection; the socket must stay open as long as this lives.
class Watchdog {
 public:
  Watchdog(int socket, const std::stop_token& stop);
  ~Watchdog() = default;
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void arm(std::chrono::milliseconds time);
  void disarm();
  // True once the socket was shut down because time was up.
  bool expired() const noexcept { return expired_; }

 private:
  void run(const std::stop_token& own);

  int socket_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::atomic<bool> expired_{false};
  // Last: the thread must not start before the members above exist.
  std::jthread thread_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace litellm_exporter::postgres

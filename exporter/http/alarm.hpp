// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace litellm_exporter::http {

// Ends a request when its time is up or a stop comes, wherever it is. The library's timeouts start
// anew with each address, each byte of a handshake and each byte of an answer, and its own stop()
// waits for a connection that is being made; so the socket is shut down from outside, and again and
// again: the library opens another one when it loses one early.
class Alarm {
 public:
  using Clock = std::chrono::steady_clock;

  Alarm(Clock::time_point deadline, const std::stop_token& stop);
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  // The socket that the request uses from now on.
  void watch(int socket);
  bool rang() const noexcept { return rang_; }

 private:
  void run(Clock::time_point deadline, const std::stop_token& done);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool stopped_ = false;
  // A second descriptor of the socket: the number of the first may soon be another file's.
  Fd socket_;
  std::atomic<bool> rang_{false};
  std::jthread thread_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace litellm_exporter::http

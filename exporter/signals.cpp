// SPDX-License-Identifier: Apache-2.0
#include "signals.hpp"

#include <csignal>

namespace litellm_exporter {
namespace {

sigset_t awaited() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) {
    sigaddset(&signals, signal);
  }
  return signals;
}

}  // namespace

void block_signals() {
  const sigset_t signals = awaited();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Signal wait_for_signal(std::optional<std::chrono::microseconds> longest) {
  const sigset_t signals = awaited();
  int caught = -1;
  if (longest) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(*longest);
    const timespec time{seconds.count(), std::chrono::nanoseconds(*longest - seconds).count()};
    caught = sigtimedwait(&signals, nullptr, &time);
  } else {
    caught = sigwaitinfo(&signals, nullptr);
  }
  // -1 is the end of the time, or an interruption by a debugger.
  if (caught < 0) {
    return Signal::none;
  }
  return caught == SIGHUP ? Signal::reload : Signal::stop;
}

}  // namespace litellm_exporter

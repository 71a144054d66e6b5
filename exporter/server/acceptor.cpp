// SPDX-License-Identifier: Apache-2.0
#include "server/acceptor.hpp"

#include "base/log.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>

#include <sys/socket.h>

namespace litellm_exporter {
namespace {

using Steady = std::chrono::steady_clock;

bool is_lost(int error) { return error == EBADF || error == EINVAL || error == ENOTSOCK; }

}  // namespace

Acceptor::Acceptor(int listener, Take take)
    : listener_(listener), take_(std::move(take)), thread_([this] { run(); }) {}

void Acceptor::end() {
  ending_ = true;
  // Wakes the thread; a close would, too, but then the number could be another file's already.
  ::shutdown(listener_, SHUT_RDWR);
}

void Acceptor::run() {
  constexpr std::chrono::milliseconds kPause{100};
  constexpr std::chrono::minutes kReminder{1};
  std::optional<Steady::time_point> said;
  while (!ending_) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    const int error = errno;
    if (socket >= 0) {
      take_(socket);
      continue;
    }
    if (ending_ || error == EINTR || error == ECONNABORTED) {
      continue;
    }
    const std::string reason = std::generic_category().message(error);
    if (is_lost(error)) {
      log::error("cannot go on", {{"err", "the listening socket is lost: " + reason}});
      std::_Exit(EXIT_FAILURE);
    }
    if (!said || Steady::now() - *said >= kReminder) {
      said = Steady::now();
      log::warn("cannot accept a connection, trying again", {{"err", reason}});
    }
    // The kernel queues who comes in the meantime.
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace litellm_exporter

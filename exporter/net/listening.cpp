// SPDX-License-Identifier: Apache-2.0
#include "net/listening.hpp"

#include <cerrno>
#include <memory>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace litellm_exporter {
namespace {

using Clock = Resolver::Clock;

bool refuses(const addrinfo& address, Clock::time_point deadline) {
  const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) {
    return false;
  }
  int error = ::connect(socket, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd wanted{socket, POLLOUT, 0};
    socklen_t size = sizeof error;
    if (left.count() <= 0 || ::poll(&wanted, 1, static_cast<int>(left.count())) != 1 ||
        ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
      error = ETIMEDOUT;
    }
  }
  ::close(socket);
  return error == ECONNREFUSED;
}

}  // namespace

bool refuses_connections(const std::string& host, int port, std::chrono::milliseconds timeout,
                         const std::stop_token& stop) {
  const auto deadline = Clock::now() + timeout;
  const auto found = resolve(host, deadline, stop);
  if (!found || found->addresses.empty()) {
    return false;
  }
  for (const std::string& address : found->addresses) {
    addrinfo wanted{};
    wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &list) != 0) {
      return false;
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
    if (!refuses(*list, deadline)) {
      return false;
    }
  }
  return true;
}

}  // namespace litellm_exporter

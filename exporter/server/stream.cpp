// SPDX-License-Identifier: Apache-2.0
#include "server/stream.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

namespace litellm_exporter {
namespace {

using Outcome = Channel::Outcome;
using std::chrono::milliseconds;

constexpr const char* kTooSlow =
    "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr const char* kBodyTooLarge =
    "HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr const char* kHeadTooLarge =
    "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: "
    "0\r\n\r\n";

using NameOf = int (*)(int, sockaddr*, socklen_t*);

void name_of(int socket, NameOf function, std::string& ip, int& port) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  // The sockets API takes every kind of address by this one type.
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> service{};
  if (function(socket, generic, &length) == 0 &&
      ::getnameinfo(generic, length, host.data(), host.size(), service.data(), service.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
    ip = host.data();
    port = std::atoi(service.data());
  }
}

}  // namespace

BoundedStream::BoundedStream(int socket, std::unique_ptr<Channel> channel,
                             const StreamLimits& limits, Refusals& refusals)
    : socket_(socket), channel_(std::move(channel)), limits_(limits), refusals_(refusals) {}

bool BoundedStream::handshake() {
  const auto deadline = Clock::now() + limits_.request_time;
  for (;;) {
    const Channel::Step step = channel_->handshake();
    if (step.outcome == Outcome::moved) {
      return true;
    }
    if (step.outcome == Outcome::closed || !wait(step.outcome, deadline)) {
      refusals_.count(Refusal::handshake);
      broken_ = true;
      return false;
    }
  }
}

bool BoundedStream::wait_for_request(milliseconds idle) {
  if (broken_ || (begin_ == end_ && !fill(Clock::now() + idle))) {
    return false;
  }
  budget_ = limits_.request_bytes;
  request_deadline_ = Clock::now() + limits_.request_time;
  in_body_ = false;
  answering_ = false;
  return true;
}

ssize_t BoundedStream::read(char* data, std::size_t size) {
  if (broken_) {
    return -1;
  }
  if (budget_ == 0) {
    refuse(Refusal::too_large, in_body_ ? kBodyTooLarge : kHeadTooLarge);
    return -1;
  }
  if (begin_ == end_ && !fill(request_deadline_)) {
    if (Clock::now() >= request_deadline_) {
      refuse(Refusal::slow, kTooSlow);
    }
    broken_ = true;
    return -1;
  }
  const std::size_t taken = std::min({size, end_ - begin_, budget_});
  std::memcpy(data, buffer_.data() + begin_, taken);
  begin_ += taken;
  budget_ -= taken;
  return static_cast<ssize_t>(taken);
}

ssize_t BoundedStream::write(const char* data, std::size_t size) {
  if (!answering_) {
    answering_ = true;
    response_deadline_ = Clock::now() + limits_.response_time;
  }
  while (!broken_) {
    const Channel::Step step = channel_->write(data, size);
    if (step.outcome == Outcome::moved) {
      return static_cast<ssize_t>(step.bytes);
    }
    const auto deadline = std::min(response_deadline_, Clock::now() + limits_.stall_time);
    if (step.outcome == Outcome::closed) {
      broken_ = true;
    } else if (!wait(step.outcome, deadline)) {
      broken_ = true;
      refusals_.count(Refusal::slow);
    }
  }
  return -1;
}

void BoundedStream::close() {
  channel_->finish();
  if (!linger_) {
    return;
  }
  // What the client still sends would make the kernel reset the connection, and with it throw
  // away the answer that is on its way; so it is read for a moment.
  constexpr milliseconds kLinger{300};
  const auto deadline = Clock::now() + kLinger;
  while (wait(Outcome::want_read, deadline)) {
    if (::recv(socket_, buffer_.data(), buffer_.size(), 0) <= 0) {
      break;
    }
  }
}

void BoundedStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  name_of(socket_, ::getpeername, ip, port);
}

void BoundedStream::get_local_ip_and_port(std::string& ip, int& port) const {
  name_of(socket_, ::getsockname, ip, port);
}

bool BoundedStream::fill(Clock::time_point deadline) {
  for (;;) {
    const Channel::Step step = channel_->read(buffer_.data(), buffer_.size());
    if (step.outcome == Outcome::moved) {
      begin_ = 0;
      end_ = step.bytes;
      return true;
    }
    if (step.outcome == Outcome::closed || !wait(step.outcome, deadline)) {
      return false;
    }
  }
}

bool BoundedStream::wait(Outcome want, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
      return false;
    }
    pollfd item{socket_, static_cast<short>(want == Outcome::want_write ? POLLOUT : POLLIN), 0};
    const int ready = ::poll(&item, 1, static_cast<int>(left.count()));
    if (ready > 0) {
      return true;
    }
    if (ready < 0 && errno != EINTR) {
      return false;
    }
  }
}

void BoundedStream::refuse(Refusal reason, const char* answer) {
  refusals_.count(reason);
  // It fits into the socket's buffer, or the client does not read anyway.
  static_cast<void>(channel_->write(answer, std::strlen(answer)));
  broken_ = true;
  linger_ = true;
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "net/stream.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

namespace litellm_exporter {
namespace {

using Outcome = Channel::Outcome;
using std::chrono::milliseconds;

using NameOf = int (*)(int, sockaddr*, socklen_t*);

BoundedStream::Name name_of(int socket, NameOf function) {
  BoundedStream::Name name;
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  // The sockets API takes every kind of address by this one type.
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> service{};
  if (function(socket, generic, &length) == 0 &&
      ::getnameinfo(generic, length, host.data(), host.size(), service.data(), service.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
    name.ip = host.data();
    name.port = static_cast<int>(std::strtol(service.data(), nullptr, 10));
  }
  return name;
}

}  // namespace

BoundedStream::BoundedStream(int socket, std::unique_ptr<Channel> channel)
    : socket_(socket), channel_(std::move(channel)) {}

void BoundedStream::allow_reading(std::size_t bytes, Clock::time_point deadline) {
  budget_ = bytes;
  read_deadline_ = deadline;
}

void BoundedStream::allow_writing(Clock::time_point deadline) { write_deadline_ = deadline; }

bool BoundedStream::wait_for_data(Clock::time_point deadline) {
  return !broken_ && (begin_ != end_ || fill(deadline));
}

bool BoundedStream::handshake(Clock::time_point deadline) {
  for (;;) {
    const Channel::Step step = channel_->handshake();
    if (step.outcome == Outcome::moved) {
      return true;
    }
    if (step.outcome == Outcome::closed || !wait(step.outcome, deadline)) {
      broken_ = true;
      return false;
    }
  }
}

ssize_t BoundedStream::read(char* data, std::size_t size) {
  if (broken_) {
    return -1;
  }
  if (budget_ == 0) {
    return give_up(Excess::read_bytes);
  }
  if (begin_ == end_ && !fill(read_deadline_)) {
    if (Clock::now() >= read_deadline_) {
      return give_up(Excess::read_time);
    }
    broken_ = true;
    // Nothing more comes: the end of an answer that has no length.
    return 0;
  }
  const std::size_t taken = std::min({size, end_ - begin_, budget_});
  std::memcpy(data, buffer_.data() + begin_, taken);
  begin_ += taken;
  budget_ -= taken;
  return static_cast<ssize_t>(taken);
}

ssize_t BoundedStream::write(const char* data, std::size_t size) {
  constexpr std::chrono::seconds kLongestStall{10};
  while (!broken_) {
    const Channel::Step step = channel_->write(data, size);
    if (step.outcome == Outcome::moved) {
      return static_cast<ssize_t>(step.bytes);
    }
    const auto deadline = std::min(write_deadline_, Clock::now() + kLongestStall);
    if (step.outcome == Outcome::closed) {
      broken_ = true;
      break;
    }
    if (!wait(step.outcome, deadline)) {
      return give_up(Excess::write_time);
    }
  }
  return -1;
}

void BoundedStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  if (!remote_) {
    remote_ = name_of(socket_, ::getpeername);
  }
  std::tie(ip, port) = std::tie(remote_->ip, remote_->port);
}

void BoundedStream::get_local_ip_and_port(std::string& ip, int& port) const {
  if (!local_) {
    local_ = name_of(socket_, ::getsockname);
  }
  std::tie(ip, port) = std::tie(local_->ip, local_->port);
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
  waits(true);
  const bool ready = poll(want, deadline);
  waits(false);
  return ready;
}

bool BoundedStream::poll(Outcome want, Clock::time_point deadline) const {
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

ssize_t BoundedStream::give_up(Excess what) {
  exceeded(what);
  broken_ = true;
  return -1;
}

}  // namespace litellm_exporter

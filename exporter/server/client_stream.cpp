// SPDX-License-Identifier: Apache-2.0
#include "server/client_stream.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <sys/socket.h>

namespace litellm_exporter {
namespace {

constexpr std::string_view kMalformed =
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view kTooSlow =
    "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view kBodyTooLarge =
    "HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view kHeadTooLarge =
    "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: "
    "0\r\n\r\n";

}  // namespace

ClientStream::ClientStream(int socket, std::unique_ptr<Channel> channel, const ClientLimits& limits,
                           Refusals& refusals)
    : BoundedStream(socket, std::move(channel)), limits_(limits), refusals_(refusals) {}

bool ClientStream::handshake() {
  const bool done = BoundedStream::handshake(Clock::now() + limits_.request_time);
  if (!done) {
    refusals_.count(Refusal::handshake);
  }
  return done;
}

bool ClientStream::wait_for_request(std::chrono::milliseconds idle) {
  if (!wait_for_data(Clock::now() + idle)) {
    return false;
  }
  in_body_ = answering_ = refused_ = false;
  head_ = {};
  allow_reading(limits_.request_bytes, Clock::now() + limits_.request_time);
  allow_writing(Clock::now() + limits_.request_time + limits_.response_time);
  return true;
}

void ClientStream::head_ended(bool body_follows) {
  in_body_ = true;
  linger_ = body_follows;
}

ssize_t ClientStream::read(char* data, std::size_t size) {
  const ssize_t count = BoundedStream::read(data, size);
  // The library passes over lines that it does not understand, so that another server before this
  // one may see other headers than it does.
  if (count > 0 && !in_body_ && !head_.admits({data, static_cast<std::size_t>(count)})) {
    return give_up(Excess::read_sense);
  }
  return count;
}

ssize_t ClientStream::write(const char* data, std::size_t size) {
  constexpr std::size_t kTogether = 65536;
  if (!answering_) {
    answering_ = true;
    // The library writes the whole head at once: HTTP/1.1 401 ...
    constexpr std::size_t kCode = 9;
    refused_ = size > kCode && data[kCode] >= '4';
    held_.assign(data, size);
    return static_cast<ssize_t>(size);
  }
  if (!held_.empty()) {
    const std::size_t taken = std::min(size, kTogether);
    held_.append(data, taken);
    return answered() ? static_cast<ssize_t>(taken) : -1;
  }
  return send(data, size);
}

ssize_t ClientStream::send(const char* data, std::size_t size) {
  const ssize_t count = BoundedStream::write(data, size);
  if (count > 0 && on_taken_) {
    on_taken_(static_cast<std::size_t>(count));
  }
  return count;
}

bool ClientStream::answered() {
  const std::string held = std::exchange(held_, {});
  std::string_view rest = held;
  while (!rest.empty()) {
    const ssize_t count = send(rest.data(), rest.size());
    if (count <= 0) {
      return false;
    }
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void ClientStream::waits(bool begins) {
  if (on_wait_) {
    on_wait_(begins);
  }
}

void ClientStream::exceeded(Excess what) {
  const auto answer_of = [&]() -> std::string_view {
    switch (what) {
      case Excess::read_time:
        refusals_.count(Refusal::slow);
        return kTooSlow;
      case Excess::read_bytes:
        refusals_.count(Refusal::too_large);
        return in_body_ ? kBodyTooLarge : kHeadTooLarge;
      case Excess::read_sense:
        refusals_.count(Refusal::malformed);
        return kMalformed;
      case Excess::write_time:
        refusals_.count(Refusal::slow);
        break;
    }
    return {};
  };
  const std::string_view answer = answer_of();
  if (answer.empty()) {
    return;
  }
  // It fits into the socket's buffer, or the client does not read anyway.
  static_cast<void>(channel().write(answer.data(), answer.size()));
  linger_ = true;
}

void ClientStream::close() {
  channel().finish();
  if (!linger_) {
    return;
  }
  // Unread bytes of the client would make the kernel reset the connection and throw away the answer
  // that is on its way. So they are read for a moment.
  constexpr std::chrono::milliseconds kLinger{300};
  std::array<char, 4096> ignored{};
  const auto deadline = Clock::now() + kLinger;
  while (wait(Channel::Outcome::want_read, deadline)) {
    if (::recv(socket(), ignored.data(), ignored.size(), 0) <= 0) {
      break;
    }
  }
}

}  // namespace litellm_exporter

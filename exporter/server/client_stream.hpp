// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/stream.hpp"
#include "server/head_check.hpp"
#include "server/refusals.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace litellm_exporter {

// The limits for one client.
struct ClientLimits {
  // For the TLS handshake, and from the first byte of a request to its last.
  std::chrono::milliseconds request_time{5'000};
  std::chrono::milliseconds response_time{60'000};
  // Request line, headers and body together.
  std::size_t request_bytes = 98'304;
};

// The connection of a client. A request that is too slow, too large or malformed is answered here,
// with 408, 431, 413 or 400, and the connection is over. Used by one thread.
class ClientStream final : public BoundedStream {
 public:
  ClientStream(int socket, std::unique_ptr<Channel> channel, const ClientLimits& limits,
               Refusals& refusals);

  bool handshake();
  // True as soon as a request begins; false if none does, or the client left.
  bool wait_for_request(std::chrono::milliseconds idle);
  // The head of the request has been read; what follows, if anything, is its body.
  void head_ended(bool body_follows);
  // The library has written its answer. False if the client is gone.
  bool answered();
  // Whether the answer was a refusal: one that is told to go should not try again and again.
  bool refused() const noexcept { return refused_; }
  // Told when the client begins to hold up the thread, and when it no longer does.
  void on_wait(std::function<void(bool waits)> tell) { on_wait_ = std::move(tell); }
  // Told how much of an answer the client has taken just now.
  void on_taken(std::function<void(std::size_t bytes)> tell) { on_taken_ = std::move(tell); }
  // Ends the connection so that what was written last still arrives.
  void close();

 private:
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  ssize_t send(const char* data, std::size_t size);
  void waits(bool begins) override;
  void exceeded(Excess what) override;

  const ClientLimits limits_;
  Refusals& refusals_;
  HeadCheck head_;
  std::function<void(bool)> on_wait_;
  std::function<void(std::size_t)> on_taken_;
  // What is to be sent together with what follows.
  std::string held_;
  bool in_body_ = false;
  bool answering_ = false;
  bool refused_ = false;
  // Something may be left unread when the connection ends.
  bool linger_ = false;
};

}  // namespace litellm_exporter

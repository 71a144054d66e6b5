// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/stream.hpp"
#include "server/refusals.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace litellm_exporter {

// What one client may take.
struct ClientLimits {
  // For the TLS handshake, and from the first byte of a request to its last.
  std::chrono::milliseconds request_time{5'000};
  std::chrono::milliseconds response_time{60'000};
  // Request line, headers and body together.
  std::size_t request_bytes = 98'304;
};

// The connection of a client. A request that is too slow or too large is answered here, with 408,
// 431 or 413, and the connection is over. Used by one thread.
class ClientStream final : public BoundedStream {
 public:
  ClientStream(int socket, std::unique_ptr<Channel> channel, const ClientLimits& limits,
               Refusals& refusals);

  bool handshake();
  // True as soon as a request begins; false if none does, or the client left.
  bool wait_for_request(std::chrono::milliseconds idle);
  // The head of the request has been read; what follows, if anything, is its body.
  void head_ended(bool body_follows);
  // Whether the answer was a refusal: one that is told to go should not try again and again.
  bool refused() const noexcept { return refused_; }
  // Called at the first time that the client of an answer does not take it.
  void on_stall(std::function<void()> tell) { on_stall_ = std::move(tell); }
  // Ends the connection so that what was written last still arrives.
  void close();

 private:
  ssize_t write(const char* data, std::size_t size) override;
  void stalled() override;
  void exceeded(Excess what) override;

  const ClientLimits limits_;
  Refusals& refusals_;
  std::function<void()> on_stall_;
  bool in_body_ = false;
  bool answering_ = false;
  bool refused_ = false;
  bool stalled_ = false;
  // Something may be left unread when the connection ends.
  bool linger_ = false;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/channel.hpp"
#include "server/refusals.hpp"

#include <httplib.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>

namespace litellm_exporter {

// What one client may take. The library's own timeouts begin anew with every byte, and it reads
// header lines without end, so both are bounded here, below it.
struct StreamLimits {
  // For the TLS handshake, and from the first byte of a request to its last.
  std::chrono::milliseconds request_time{5'000};
  // For a whole answer, and without any progress in between.
  std::chrono::milliseconds response_time{60'000};
  std::chrono::milliseconds stall_time{10'000};
  // Request line, headers and body together.
  std::size_t request_bytes = 96 * 1024;
};

// A connection as the HTTP library sees it. A request that is too slow or too large is answered
// here, with 408, 431 or 413, and the connection is over. Used by one thread; owns the channel.
class BoundedStream final : public httplib::Stream {
 public:
  BoundedStream(int socket, std::unique_ptr<Channel> channel, const StreamLimits& limits,
                Refusals& refusals);

  bool handshake();
  // True as soon as a request begins; false if none does, or the client left.
  bool wait_for_request(std::chrono::milliseconds idle);
  // The head of the request has been read; what follows, if anything, is its body.
  void head_ended(bool body_follows) {
    in_body_ = true;
    linger_ = body_follows;
  }
  // Ends the connection so that what was written last still arrives.
  void close();

  bool is_readable() const override { return !broken_; }
  bool is_writable() const override { return !broken_; }
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

 private:
  using Clock = std::chrono::steady_clock;

  // Fills the empty buffer; false at the deadline, or when the other side has closed.
  bool fill(Clock::time_point deadline);
  bool wait(Channel::Outcome want, Clock::time_point deadline);
  void refuse(Refusal reason, const char* answer);

  int socket_;
  std::unique_ptr<Channel> channel_;
  StreamLimits limits_;
  Refusals& refusals_;

  std::array<char, 4096> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t budget_ = 0;
  Clock::time_point request_deadline_;
  // Set by the first write of an answer.
  Clock::time_point response_deadline_;
  bool in_body_ = false;
  bool answering_ = false;
  bool broken_ = false;
  // Something may be left unread when the connection ends.
  bool linger_ = false;
};

}  // namespace litellm_exporter

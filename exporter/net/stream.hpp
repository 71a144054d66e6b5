// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/channel.hpp"

#include <httplib.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace litellm_exporter {

// A connection as the HTTP library sees it, bounded in time and size. The library's own timeouts
// begin anew with every byte, it reads lines and headers without end, and matches a status line
// with a recursion that a long one makes overflow the stack. Used by one thread; owns the channel,
// not the socket, which must not block.
class BoundedStream : public httplib::Stream {
 public:
  using Clock = std::chrono::steady_clock;

  BoundedStream(int socket, std::unique_ptr<Channel> channel);

  // From now on so much may be read, until then.
  void allow_reading(std::size_t bytes, Clock::time_point deadline);
  void allow_writing(Clock::time_point deadline);
  // False at the deadline, or when the other side has closed.
  bool wait_for_data(Clock::time_point deadline);
  bool handshake(Clock::time_point deadline);

  bool is_readable() const override { return !broken_; }
  bool is_writable() const override { return !broken_; }
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

  // One end of the connection; empty where the system does not know it.
  struct Name {
    std::string ip = {};
    int port = 0;
  };

 protected:
  enum class Excess { read_time, read_bytes, read_sense, write_time };

  // Told when the other side begins to hold up this thread, and when it no longer does.
  virtual void waits(bool /*begins*/) {}
  // Told once, before the connection is given up.
  virtual void exceeded(Excess /*what*/) {}
  Channel& channel() noexcept { return *channel_; }
  bool wait(Channel::Outcome want, Clock::time_point deadline);
  // Nothing is read or written any more; what read() and write() return then.
  ssize_t give_up(Excess what);

 private:
  bool fill(Clock::time_point deadline);
  bool poll(Channel::Outcome want, Clock::time_point deadline) const;

  int socket_;
  std::unique_ptr<Channel> channel_;
  std::array<char, 4096> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t budget_ = 0;
  Clock::time_point read_deadline_;
  Clock::time_point write_deadline_;
  // The library asks with each request.
  mutable std::optional<Name> remote_;
  mutable std::optional<Name> local_;
  bool broken_ = false;
};

}  // namespace litellm_exporter

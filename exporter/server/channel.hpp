// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/tls.hpp"

#include <cstddef>
#include <memory>

namespace litellm_exporter {

// Moves bytes over an accepted socket, plain or by TLS, and never blocks: who calls it waits for
// the socket and keeps the deadlines. Used by one thread at a time; does not own the socket.
class Channel {
 public:
  enum class Outcome { moved, want_read, want_write, closed };
  struct Step {
    Outcome outcome = Outcome::closed;
    // Above 0 for `moved` bytes; a handshake that is complete moved none.
    std::size_t bytes = 0;
  };

  Channel() = default;
  virtual ~Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  virtual Step handshake() = 0;
  virtual Step read(char* data, std::size_t size) = 0;
  virtual Step write(const char* data, std::size_t size) = 0;
  // Tells the other side that nothing more comes, if that can be done at once.
  virtual void finish() = 0;
};

// With a context it speaks TLS. The socket must not block.
std::unique_ptr<Channel> make_channel(int socket, std::shared_ptr<const TlsContext> tls);

}  // namespace litellm_exporter

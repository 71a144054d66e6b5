// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace litellm_exporter {

// Moves bytes over a connected socket, plain or by TLS, and never blocks: who calls it waits for
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

// The socket must not block.
std::unique_ptr<Channel> plain_channel(int socket);

// Over a connection of OpenSSL's that has the socket and knows which side it is. It is asked for a
// handshake first, after which `admits` decides whether the other side is welcome. Without a
// connection the handshake fails.
std::unique_ptr<Channel> tls_channel(int socket, std::shared_ptr<SSL> connection,
                                     std::function<bool(SSL*)> admits);

}  // namespace litellm_exporter

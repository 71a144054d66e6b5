// SPDX-License-Identifier: Apache-2.0
#include "net/channel.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include <sys/socket.h>

namespace litellm_exporter {
namespace {

class PlainChannel final : public Channel {
 public:
  explicit PlainChannel(int socket) : socket_(socket) {}

  Step handshake() override { return {Outcome::moved, 0}; }

  Step read(char* data, std::size_t size) override {
    return step_of(::recv(socket_, data, size, 0), Outcome::want_read);
  }

  Step write(const char* data, std::size_t size) override {
    return step_of(::send(socket_, data, size, MSG_NOSIGNAL), Outcome::want_write);
  }

  void finish() override { ::shutdown(socket_, SHUT_WR); }

 private:
  static Step step_of(ssize_t moved, Outcome want) {
    if (moved > 0) {
      return {Outcome::moved, static_cast<std::size_t>(moved)};
    }
    // EWOULDBLOCK is the same number as EAGAIN on Linux.
    const bool again = moved < 0 && (errno == EAGAIN || errno == EINTR);
    return {again ? want : Outcome::closed, 0};
  }

  int socket_;
};

class TlsChannel final : public Channel {
 public:
  TlsChannel(int socket, std::shared_ptr<SSL> connection, std::function<bool(SSL*)> admits)
      : ssl_(std::move(connection)), admits_(std::move(admits)), socket_(socket) {
    if (ssl_) {
      SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    }
  }

  Step handshake() override {
    if (!ssl_) {
      return {};
    }
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) {
      return {admits_(ssl_.get()) ? Outcome::moved : Outcome::closed, 0};
    }
    return {outcome_of(result), 0};
  }

  Step read(char* data, std::size_t size) override {
    ERR_clear_error();
    return step_of(SSL_read(ssl_.get(), data, limited(size)));
  }

  Step write(const char* data, std::size_t size) override {
    ERR_clear_error();
    return step_of(SSL_write(ssl_.get(), data, limited(size)));
  }

  void finish() override {
    if (ssl_ && SSL_is_init_finished(ssl_.get()) == 1 && !broken_) {
      ERR_clear_error();
      SSL_shutdown(ssl_.get());
    }
    ::shutdown(socket_, SHUT_WR);
  }

 private:
  static int limited(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
  }

  Step step_of(int moved) {
    return moved > 0 ? Step{Outcome::moved, static_cast<std::size_t>(moved)}
                     : Step{outcome_of(moved), 0};
  }

  Outcome outcome_of(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return Outcome::want_read;
      case SSL_ERROR_WANT_WRITE:
        return Outcome::want_write;
      case SSL_ERROR_ZERO_RETURN:
        return Outcome::closed;
      default:
        // After a fatal error the library must not be asked to say goodbye.
        broken_ = true;
        return Outcome::closed;
    }
  }

  std::shared_ptr<SSL> ssl_;
  std::function<bool(SSL*)> admits_;
  int socket_;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<Channel> plain_channel(int socket) {
  return std::make_unique<PlainChannel>(socket);
}

std::unique_ptr<Channel> tls_channel(int socket, std::shared_ptr<SSL> connection,
                                     std::function<bool(SSL*)> admits) {
  return std::make_unique<TlsChannel>(socket, std::move(connection), std::move(admits));
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/url.hpp"
#include "net/stream.hpp"

#include <httplib.h>

#include <functional>
#include <memory>
#include <utility>

#include <fcntl.h>

namespace litellm_exporter::http {

// How much of an answer is taken: its head, and then its body, the frames of chunks included.
struct AnswerLimits {
  std::size_t head_bytes = 8'192;
  std::size_t body_bytes = 0;
  BoundedStream::Clock::time_point deadline;
};

class AnswerStream final : public BoundedStream {
 public:
  AnswerStream(int socket, std::unique_ptr<Channel> channel, bool& exceeded)
      : BoundedStream(socket, std::move(channel)), exceeded_(exceeded) {}

 private:
  void exceeded(Excess what) override { exceeded_ = what == Excess::read_bytes; }

  bool& exceeded_;
};

// The library's client, plain or TLS, over a bounded stream. Used by one thread.
template <typename Base>
class BoundedClient final : public Base {
 public:
  BoundedClient(const Url& url, const AnswerLimits& limits)
      : Base(url.host, url.port), limits_(limits) {}

  // Whether the answer was larger than allowed.
  bool exceeded() const noexcept { return exceeded_; }

  // Whether there was a connection, the TLS handshake included.
  bool connected() const noexcept { return connected_; }

  // The head of the answer has been read.
  void head_ended() {
    if (stream_ != nullptr) {
      stream_->allow_reading(limits_.body_bytes, limits_.deadline);
    }
  }

 private:
  using Socket = typename Base::Socket;

  bool process_socket(const Socket& socket,
                      std::function<bool(httplib::Stream&)> callback) override {
    connected_ = true;
    ::fcntl(socket.sock, F_SETFL, ::fcntl(socket.sock, F_GETFL) | O_NONBLOCK);
    AnswerStream stream(socket.sock, channel_of(socket), exceeded_);
    stream.allow_reading(limits_.head_bytes, limits_.deadline);
    stream.allow_writing(limits_.deadline);
    stream_ = &stream;
    const bool done = callback(stream);
    stream_ = nullptr;
    return done;
  }

  static std::unique_ptr<Channel> channel_of(const Socket& socket) {
    if (socket.ssl == nullptr) {
      return plain_channel(socket.sock);
    }
    BIO_set_nbio(SSL_get_rbio(socket.ssl), 1);
    // It belongs to the library.
    return tls_channel(socket.sock, {socket.ssl, [](SSL*) {}}, [](SSL*) { return true; });
  }

  const AnswerLimits limits_;
  BoundedStream* stream_ = nullptr;
  bool exceeded_ = false;
  bool connected_ = false;
};

}  // namespace litellm_exporter::http

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/tls.hpp"
#include "http/url.hpp"
#include "net/stream.hpp"

#include <httplib.h>

#include <functional>
#include <memory>
#include <optional>
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

// The library's client over a bounded stream, plain or TLS. Used by one thread.
class BoundedClient final : public httplib::ClientImpl {
 public:
  BoundedClient(const Url& url, const http::Options& options, const AnswerLimits& limits)
      : httplib::ClientImpl(url.host, url.port), limits_(limits) {
    if (url.is_tls()) {
      tls_.emplace(url, options);
    }
  }

  // Whether the answer was larger than allowed.
  bool exceeded() const noexcept { return exceeded_; }

  // Whether there was a connection, the TLS handshake included.
  bool connected() const noexcept { return connected_; }

  // What was wrong with TLS, if anything.
  const std::optional<Trouble>& tls_trouble() const noexcept { return tls_trouble_; }

  // The head of the answer has been read.
  void head_ended() {
    if (stream_ != nullptr) {
      stream_->allow_reading(limits_.body_bytes, limits_.deadline);
    }
  }

 private:
  bool process_socket(const Socket& socket,
                      std::function<bool(httplib::Stream&)> callback) override {
    ::fcntl(socket.sock, F_SETFL, ::fcntl(socket.sock, F_GETFL) | O_NONBLOCK);
    AnswerStream stream(socket.sock, channel_over(socket.sock), exceeded_);
    if (!stream.handshake(limits_.deadline)) {
      tls_trouble_ = tls_->trouble();
      return false;
    }
    connected_ = true;
    stream.allow_reading(limits_.head_bytes, limits_.deadline);
    stream.allow_writing(limits_.deadline);
    stream_ = &stream;
    const bool done = callback(stream);
    stream_ = nullptr;
    return done;
  }

  std::unique_ptr<Channel> channel_over(int socket) {
    return tls_ ? tls_channel(socket, tls_->connect(socket), [](SSL*) { return true; })
                : plain_channel(socket);
  }

  const AnswerLimits limits_;
  std::optional<TlsClient> tls_;
  std::optional<Trouble> tls_trouble_;
  BoundedStream* stream_ = nullptr;
  bool exceeded_ = false;
  bool connected_ = false;
};

}  // namespace litellm_exporter::http

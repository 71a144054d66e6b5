// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/get.hpp"
#include "http/url.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <optional>

namespace litellm_exporter::http {

// TLS with one server: whom it trusts, which name the certificate must have, and what was wrong.
// The library's own client cannot be derived from since cpp-httplib 0.18, and it reads a handshake
// without a bound. Used by one thread.
class TlsClient {
 public:
  TlsClient(const Url& url, const Options& options);

  // A connection over the socket, before the handshake; nothing if there can be none, of which
  // trouble() knows.
  std::shared_ptr<SSL> connect(int socket);
  // Why there was no connection, or why its handshake has failed.
  Trouble trouble() const;

 private:
  const Url& url_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  bool knows_authorities_;
  bool verifies_;
  std::shared_ptr<SSL> connection_;
};

}  // namespace litellm_exporter::http

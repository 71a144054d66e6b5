// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/channel.hpp"
#include "server/web_config.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace litellm_exporter {

// How the server speaks TLS, made of a web configuration. Immutable; may be used by any number of
// connections and threads at once.
class TlsContext : public std::enable_shared_from_this<TlsContext> {
 public:
  // Throws ConfigError where OpenSSL refuses something, with the key it stands behind.
  explicit TlsContext(const WebConfig::Tls& config);

  // The channel of an accepted connection, before its handshake.
  std::unique_ptr<Channel> accept(int socket) const;

 private:
  // After a handshake: whether the client's certificate carries an allowed name, if one is asked
  // for.
  bool admits(SSL* connection) const;

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::optional<std::vector<std::string>> allowed_names_;
};

}  // namespace litellm_exporter

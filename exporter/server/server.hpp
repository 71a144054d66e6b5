// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.hpp"
#include "server/acceptor.hpp"
#include "server/guard.hpp"
#include "server/http_server.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace litellm_exporter {

class ListenError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Owns the listening socket, the threads that serve it, and what is asked of clients. Routes are
// added before start().
class WebServer {
 public:
  // `web_config_file` may be empty. Binds at once, so that a port in use is found before anything
  // else is done. Throws ListenError, ConfigError.
  WebServer(const Address& address, const std::string& web_config_file);
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  httplib::Server& routes() noexcept { return server_; }
  // For the routes to ask first.
  Guard& guard() noexcept { return guard_; }
  SecurityKeeper& security() noexcept { return security_; }
  const Refusals& refusals() const noexcept { return refusals_; }

  void start();
  // Gives the requests under way a moment, and returns when all have ended.
  void stop();

 private:
  SecurityKeeper security_;
  Refusals refusals_;
  Guard guard_{security_, refusals_};
  Connections connections_;
  HttpServer server_{security_, connections_, refusals_};
  // Both from start() to stop().
  std::unique_ptr<ConnectionQueue> queue_;
  std::unique_ptr<Acceptor> acceptor_;
};

}  // namespace litellm_exporter

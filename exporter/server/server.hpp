// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/address.hpp"
#include "server/acceptor.hpp"
#include "server/guard.hpp"
#include "server/http_server.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace litellm_exporter {

class ListenError : public std::runtime_error {
 public:
  enum class Cause {
    not_permitted,    // this user may not have the port
    not_our_address,  // no interface of this machine has the address
    other,            // mostly: somebody else listens there
  };

  // `error` is the system's number; 0 for a host that is no address at all.
  ListenError(const std::string& what, int error) : std::runtime_error(what), error_(error) {}

  Cause cause() const noexcept;

 private:
  int error_;
};

// Owns the listening socket, the threads that serve it, and what is asked of clients. Routes are
// added before start().
//
// cpp-httplib reads requests, finds routes and formats answers; what is around it is ours, because
// the library leaves open what a server in a hostile network needs. Its timeouts begin anew with
// every byte, and it reads heads without end (net/stream, client_stream, head_check). Idle clients
// can fill its pool of threads (connections, thread_pool). Its loop ends for good at the first
// accept() that fails (acceptor). It changes neither certificates nor between plain HTTP and TLS
// while it serves (tls, security). Of the other libraries libmicrohttpd has no deadline for a whole
// request, and Boost.Beast, which has one, would still leave routes, crowds and certificates to us.
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

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/address.hpp"

#include <httplib.h>

#include <stdexcept>
#include <string>
#include <thread>

namespace litellm_exporter {

class ListenError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Owns the listening socket and the threads that serve it. Routes are added before start().
class WebServer {
 public:
  // Binds at once, so that a port in use is found before anything else is done. Throws ListenError.
  explicit WebServer(const Address& address);
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  httplib::Server& routes() noexcept { return server_; }
  void start();
  // Ends the requests under way and returns when the last has ended.
  void stop();

 private:
  httplib::Server server_;
  std::jthread thread_;
};

}  // namespace litellm_exporter

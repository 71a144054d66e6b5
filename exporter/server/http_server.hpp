// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/client_stream.hpp"
#include "server/connections.hpp"
#include "server/refusals.hpp"
#include "server/security.hpp"

#include <httplib.h>

namespace litellm_exporter {

// The library's HTTP server over our own streams: each connection is plain or TLS as the web
// configuration in force when it came says, and bounded in time and size.
class HttpServer final : public httplib::Server {
 public:
  HttpServer(SecurityKeeper& security, Connections& connections, Refusals& refusals)
      : security_(security), connections_(connections), refusals_(refusals) {}
  ~HttpServer() override;
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Listens once it is bound; who accepts is another's business.
  socket_t listener() const noexcept { return svr_sock_; }
  // Called by a thread of its own for each accepted connection.
  bool process_and_close_socket(socket_t socket) override;

 private:
  void serve(ClientStream& stream, Connections::Place& place);

  SecurityKeeper& security_;
  Connections& connections_;
  Refusals& refusals_;
  const ClientLimits limits_;
};

}  // namespace litellm_exporter

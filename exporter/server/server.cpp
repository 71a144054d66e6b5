// SPDX-License-Identifier: Apache-2.0
#include "server/server.hpp"

#include <cerrno>
#include <chrono>
#include <limits>
#include <system_error>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace litellm_exporter {
namespace {

constexpr std::size_t kMostConnections = 32;

bool bind_to(HttpServer& server, const std::string& host, int port) {
  errno = 0;
  // The library lets five clients queue; the kernel takes the largest number for its own maximum.
  return server.bind_to_port(host, port) &&
         ::listen(server.listener(), std::numeric_limits<int>::max()) == 0;
}

}  // namespace

ListenError::Cause ListenError::cause() const noexcept {
  switch (error_) {
    case EACCES:
      return Cause::not_permitted;
    case 0:
    case EADDRNOTAVAIL:
      return Cause::not_our_address;
    default:
      return Cause::other;
  }
}

WebServer::WebServer(const Address& address, const std::string& web_config_file)
    : security_(web_config_file), connections_(refusals_) {
  // The library's default also sets SO_REUSEPORT: two exporters would share a port in silence.
  server_.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    // A client takes a place when it speaks, not before; one that never does is given one after a
    // second, as is everybody where the kernel does not know how.
    const int seconds = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds);
    // Megabytes at once make the kernel drop and repeat packets where many read large pages, and
    // it would hold them for each slow reader.
    const int unsent_bytes = 65536;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes, sizeof unsent_bytes);
  });
  server_.set_tcp_nodelay(true);
  server_.set_keep_alive_timeout(5);
  const bool any = address.host.empty();
  // "::" also takes IPv4 connections, except on a machine without IPv6.
  if (!bind_to(server_, any ? "::" : address.host, address.port) &&
      (!any || errno == EADDRINUSE || !bind_to(server_, "0.0.0.0", address.port))) {
    const int error = errno;
    const std::string reason =
        error == 0 ? "not an address of this machine" : std::generic_category().message(error);
    throw ListenError("cannot listen on " + (any ? std::string{} : address.host) + ":" +
                          std::to_string(address.port) + ": " + reason +
                          "; choose another --web.listen-address",
                      error);
  }
}

WebServer::~WebServer() { stop(); }

void WebServer::start() {
  queue_ = std::make_unique<ConnectionQueue>(connections_, kMostConnections);
  acceptor_ = std::make_unique<Acceptor>(server_.listener(), [this](int socket) {
    queue_->enqueue([this, socket] { server_.process_and_close_socket(socket); });
  });
}

void WebServer::stop() {
  if (acceptor_) {
    constexpr std::chrono::seconds kGrace{3};
    acceptor_->end();
    connections_.end(kGrace);
    acceptor_.reset();
    queue_.reset();
  }
}

}  // namespace litellm_exporter

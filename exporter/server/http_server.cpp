// SPDX-License-Identifier: Apache-2.0
#include "server/http_server.hpp"

#include "base/fd.hpp"
#include "server/library.hpp"

#include <string>

#include <fcntl.h>

namespace litellm_exporter {
namespace {

// The unread rest of a body would be taken for the next request.
bool may_carry_body(const httplib::Request& request) {
  return request.has_header("Transfer-Encoding") || request.has_header("Content-Length") ||
         request.has_header("Expect");
}

// A proxy may name the whole URL, and RFC 9112 (3.2.2) wants it understood.
void take_path_of_url(std::string& target) {
  if (target.starts_with("http://") || target.starts_with("https://")) {
    const std::size_t path = target.find('/', target.find("//") + 2);
    target = path == std::string::npos ? "/" : target.substr(path);
  }
}

}  // namespace

// The library would leave it open.
HttpServer::~HttpServer() { const Fd closed(svr_sock_); }

bool HttpServer::process_and_close_socket(socket_t socket) {
  // First, so that it is closed last.
  const Fd owned(socket);
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
  Connections::Place place(connections_, socket);
  const auto tls = security_.current()->tls;
  ClientStream stream(socket, tls ? tls->accept(socket) : plain_channel(socket), limits_,
                      refusals_);
  stream.on_wait([&place](bool waits) { place.waits_for_client(waits); });
  stream.on_taken([&place](std::size_t bytes) { place.took(bytes); });
  if (stream.handshake()) {
    serve(stream, place);
  }
  stream.close();
  return true;
}

void HttpServer::serve(ClientStream& stream, Connections::Place& place) {
  constexpr int kMostRequests = 1000;
  const std::chrono::seconds idle(keep_alive_timeout_sec_);
  for (int left = kMostRequests; left > 0; --left) {
    place.next(left < kMostRequests);
    if (!stream.wait_for_request(idle)) {
      return;
    }
    bool closed = false;
    // A client with many requests at hand must not keep out one that has a single one.
    bool last = left == 1 || place.is_wanted();
    // A head that the library does not understand makes it the last request as well.
    bool understood = false;
    const auto process = library::process_request(&HttpServer::process_request);
    const bool answered = process(*this, stream, last, closed, [&](httplib::Request& request) {
      understood = true;
      place.next(false);
      take_path_of_url(request.path);
      // The library obeys them without any bound.
      request.ranges.clear();
      const bool body = may_carry_body(request);
      stream.head_ended(body);
      if (body) {
        last = true;
        request.headers.erase("Connection");
        request.set_header("Connection", "close");
      }
    });
    if (!understood) {
      stream.head_ended(true);
    }
    if (!stream.answered() || !answered || closed || last || !understood || stream.refused()) {
      return;
    }
  }
}

}  // namespace litellm_exporter

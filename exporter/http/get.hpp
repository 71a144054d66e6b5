// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"
#include "base/secret.hpp"
#include "http/url.hpp"

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

// The client: cpp-httplib over our own streams and deadlines. libcurl 7.88 was the other choice. It
// bounds the resolver by itself, has error codes, takes a stop while it connects, and would add
// about 2 MB to the image. But its codes merge what operators are told apart here: an answer
// without end and one that is no HTTP are both "HTTP/0.9", a status line without end is "out of
// memory", and the head of an answer has no limit that can be chosen. The server is built on
// cpp-httplib and the same streams in any case, so that libcurl would be a second library for HTTP
// and TLS, not another one. The deadline for the resolver, which was missing, is net/resolver.
namespace litellm_exporter::http {

struct Options {
  // For everything together: the host's name, connecting, TLS, the whole answer.
  Milliseconds timeout{5'000};
  // PEM file of the authorities to trust instead of the system's.
  std::string ca_file;
  // Accepts any certificate.
  bool insecure_skip_verify = false;
  // Sent beside the usual ones.
  std::vector<std::pair<std::string, Secret>> headers = {};
};

// Why there is no usable answer.
enum class Fault {
  unreachable,            // refused, no route, no such host
  connect_timeout,        // no connection within the timeout, TLS included
  answer_timeout,         // a connection, but no complete answer within the timeout
  handshake,              // no TLS, for another reason than the certificate
  untrusted_certificate,  // signed by nobody who is known here
  untimely_certificate,   // expired, or not valid yet
  foreign_certificate,    // made for another host
  ca_file,                // Options::ca_file cannot be read
  broken,                 // the connection broke, or the answer is not HTTP
  too_large,              // head or body is larger than allowed
  redirect,               // 3xx
};

struct Trouble {
  Fault fault = Fault::unreachable;
  // The same for an operator, with what is known beside it.
  std::string words;
};

struct Answer {
  // 0 if there was none.
  int status = 0;
  // As much as arrived.
  std::string body;
  double seconds = 0;
  // Nothing if all went well.
  std::optional<Trouble> trouble;
};

// One GET on a connection of its own. Never throws for what the other side does, follows no
// redirect, keeps at most `largest` bytes of the body and ends by the timeout or a stop, whatever
// comes. Throws std::system_error if there is no thread. May be called from any thread. `bearer` is
// sent if it is not empty.
Answer get(const Url& url, const std::string& path, const Secret& bearer, const Options& options,
           std::size_t largest, const std::stop_token& stop);

}  // namespace litellm_exporter::http

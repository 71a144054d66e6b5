// SPDX-License-Identifier: Apache-2.0
#include "server/self_probe.hpp"

#include "http/get.hpp"
#include "server/guard.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace litellm_exporter {
namespace {

// Where a client on this machine reaches the server of that address, such as
// http://127.0.0.1:19400.
http::Url own_url(const Address& address, bool tls) {
  http::Url url;
  url.host = address.host;
  if (url.host.empty() || url.host == "0.0.0.0") {
    url.host = "127.0.0.1";
  } else if (url.host == "::") {
    url.host = "::1";
  }
  url.port = address.port;
  const bool numeric_ipv6 = url.host.find(':') != std::string::npos;
  url.origin = fmt::format("{}://{}:{}", tls ? "https" : "http",
                           numeric_ipv6 ? "[" + url.host + "]" : url.host, url.port);
  return url;
}

http::Answer ask(const http::Url& url, const std::string& path, Milliseconds timeout) {
  constexpr std::size_t kLargest = 64 << 20;
  http::Options options;
  options.timeout = timeout;
  // It is this machine: the certificate does not matter.
  options.insecure_skip_verify = true;
  return http::get(url, path, Secret{}, options, kLargest, {});
}

// One try of /-/healthy.
struct Probe {
  // It answered, or asked for a password or for patience.
  bool serves = false;
  // It broke off at once, as a server that speaks TLS does with plain HTTP, and one that wants a
  // certificate with a client that has none.
  bool breaks_off = false;
  // In words, such as "https://127.0.0.1:19400: answers 401".
  std::string shown;
};

// Scripts that read what `healthcheck` prints know these words.
std::string_view word_of(http::Fault fault) {
  using http::Fault;
  switch (fault) {
    case Fault::unreachable:
      return "Connection";
    case Fault::connect_timeout:
      return "ConnectionTimeout";
    case Fault::handshake:
    case Fault::untrusted_certificate:
    case Fault::untimely_certificate:
    case Fault::foreign_certificate:
    case Fault::ca_file:
      return "SSLConnection";
    case Fault::answer_timeout:
    case Fault::broken:
    case Fault::too_large:
    case Fault::redirect:
      break;
  }
  return "Read";
}

Probe probe(const Address& address, bool tls) {
  constexpr std::chrono::seconds kTimeout{2};
  const http::Url url = own_url(address, tls);
  const http::Answer answer = ask(url, "/-/healthy", kTimeout);
  if (answer.trouble && answer.trouble->fault != http::Fault::redirect) {
    const http::Fault fault = answer.trouble->fault;
    return {false, fault == http::Fault::broken || fault == http::Fault::handshake,
            fmt::format("{}: no answer: {}", url.origin, word_of(fault))};
  }
  return {answer.status == 200 || answer.status == 401 || answer.status == 429, false,
          fmt::format("{}: answers {}", url.origin, answer.status)};
}

}  // namespace

bool healthcheck(const Address& address, std::ostream& out) {
  const Probe plain = probe(address, false);
  const Probe last = plain.breaks_off ? probe(address, true) : plain;
  const bool healthy = last.serves || (plain.breaks_off && last.breaks_off);
  out << last.shown << (healthy ? ": healthy\n" : "\n");
  return healthy;
}

bool is_exporter_at(const Address& address, const std::string& telemetry_path, bool tls) {
  // One that wants a certificate shows nothing else.
  if (tls && probe(address, false).breaks_off && probe(address, true).breaks_off) {
    return true;
  }
  const http::Answer answer = ask(own_url(address, tls), telemetry_path, http::Options{}.timeout);
  // There is no password here; one that asks for it in these words is an exporter, too.
  return answer.body.find("litellm_exporter_build_info{") != std::string::npos ||
         (answer.status == 401 && answer.body == kUnauthorized);
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "http/get.hpp"

#include "base/text.hpp"
#include "http/alarm.hpp"
#include "http/client.hpp"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include <chrono>

namespace litellm_exporter::http {
namespace {

using Steady = std::chrono::steady_clock;

std::string tls_trouble(long result) {
  if (result == X509_V_OK) {
    return "the certificate is not for this host";
  }
  const bool timely =
      result != X509_V_ERR_CERT_HAS_EXPIRED && result != X509_V_ERR_CERT_NOT_YET_VALID;
  return fmt::format("the certificate is not {}: {}", timely ? "trusted" : "valid at this time",
                     X509_verify_cert_error_string(result));
}

// Where a redirect leads, without what may be a secret; nothing if it does not say.
std::string destination(const httplib::Response& response) {
  constexpr std::size_t kLongest = 200;
  std::string place = response.get_header_value("Location");
  place = place.substr(0, place.find_first_of("?#"));
  if (const auto url = parse_url(place)) {
    place = url->shown();
  } else if (!place.starts_with('/')) {
    return {};
  }
  return " to " + clean_label(place, kLongest);
}

std::string trouble_of(httplib::Error error, long verified) {
  using httplib::Error;
  switch (error) {
    case Error::Connection:
      return "cannot connect: refused, unreachable or no such host";
    case Error::SSLConnection:
      return "TLS handshake failed: does the port speak TLS?";
    case Error::SSLLoadingCerts:
      return "cannot load litellm.ca_file";
    case Error::SSLServerVerification:
      return tls_trouble(verified);
    default:
      return "the connection broke, or the answer is not HTTP";
  }
}

long verify_result(const httplib::ClientImpl& /*client*/) { return X509_V_OK; }
long verify_result(const httplib::SSLClient& client) { return client.get_openssl_verify_result(); }

void prepare(httplib::ClientImpl& client, const Url& url, const Options& options) {
  client.set_connection_timeout(options.timeout);
  client.set_read_timeout(options.timeout);
  client.set_write_timeout(options.timeout);
  client.set_tcp_nodelay(true);
  if (!options.ca_file.empty()) {
    client.set_ca_cert_path(options.ca_file);
  }
  client.enable_server_certificate_verification(!options.insecure_skip_verify);
  if (!url.user.empty()) {
    client.set_basic_auth(url.user, url.password.reveal());
  }
}

httplib::Headers headers_of(const Url& url, const Secret& bearer) {
  httplib::Headers headers = {{"Accept", "application/json"},
                              {"Accept-Encoding", "identity"},
                              {"User-Agent", "litellm-exporter"}};
  if (!bearer.empty()) {
    // Behind a reverse proxy with passwords of its own LiteLLM takes the key from here.
    headers.emplace(url.user.empty() ? "Authorization" : "x-litellm-api-key",
                    "Bearer " + bearer.reveal());
  }
  return headers;
}

template <typename Base>
Answer get_by(const Url& url, const std::string& path, const Secret& bearer, const Options& options,
              std::size_t largest, const std::stop_token& stop) {
  AnswerLimits limits;
  // The frames of chunks come on top of what they frame; nobody makes them larger than that.
  limits.body_bytes = 2 * largest + limits.head_bytes;
  limits.deadline = Steady::now() + options.timeout;
  BoundedClient<Base> client(url, limits);
  prepare(client, url, options);
  Answer answer;
  bool too_large = false;
  bool late = false;
  const auto begin = Steady::now();
  const httplib::Result result = [&] {
    Alarm alarm(options.timeout, stop);
    client.set_socket_options([&alarm](int socket) { alarm.watch(socket); });
    httplib::Result got = client.Get(
        url.path + path, headers_of(url, bearer),
        [&](const httplib::Response& response) {
          answer.status = response.status;
          client.head_ended();
          return true;
        },
        [&](const char* data, std::size_t size) {
          too_large = answer.body.size() + size > largest;
          if (!too_large) {
            answer.body.append(data, size);
          }
          return !too_large;
        });
    late = alarm.rang();
    return got;
  }();
  answer.seconds = std::chrono::duration<double>(Steady::now() - begin).count();
  late = late || Steady::now() >= limits.deadline;
  const httplib::Response* response = result ? &result.value() : nullptr;
  if (too_large || client.exceeded()) {
    answer.trouble =
        answer.status == 0
            ? fmt::format("the head of the answer is larger than {} bytes", limits.head_bytes)
            : fmt::format("the answer is larger than {} bytes", largest);
  } else if (response == nullptr && late) {
    answer.trouble =
        fmt::format("{} within {}", client.connected() ? "no complete answer" : "cannot connect",
                    format_duration(options.timeout));
  } else if (response == nullptr) {
    answer.trouble = trouble_of(result.error(), verify_result(client));
  } else if (response->status >= 300 && response->status < 400) {
    answer.trouble = fmt::format("answers {}, a redirect{}: give the URL it leads to",
                                 response->status, destination(*response));
  }
  // An answer without a body, as 204 is, never asks the handler above.
  answer.status = response != nullptr ? response->status : answer.status;
  return answer;
}

}  // namespace

Answer get(const Url& url, const std::string& path, const Secret& bearer, const Options& options,
           std::size_t largest, const std::stop_token& stop) {
  return url.is_tls() ? get_by<httplib::SSLClient>(url, path, bearer, options, largest, stop)
                      : get_by<httplib::ClientImpl>(url, path, bearer, options, largest, stop);
}

}  // namespace litellm_exporter::http

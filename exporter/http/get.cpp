// SPDX-License-Identifier: Apache-2.0
#include "http/get.hpp"

#include "base/text.hpp"
#include "http/alarm.hpp"
#include "http/client.hpp"
#include "net/resolver.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace litellm_exporter::http {
namespace {

using Steady = std::chrono::steady_clock;

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

Trouble library_trouble(httplib::Error error) {
  if (error == httplib::Error::Connection) {
    return {Fault::unreachable, "cannot connect: refused, unreachable or no such host"};
  }
  return {Fault::broken, "the connection broke, or the answer is not HTTP"};
}

void prepare(httplib::ClientImpl& client, const Url& url, const Options& options) {
  client.set_connection_timeout(options.timeout);
  client.set_read_timeout(options.timeout);
  client.set_write_timeout(options.timeout);
  client.set_tcp_nodelay(true);
  if (!url.user.empty()) {
    client.set_basic_auth(url.user, url.password.reveal());
  }
}

httplib::Headers headers_of(const Url& url, const Secret& bearer, const Options& options) {
  httplib::Headers headers = {{"Host", url.authority()},
                              {"Accept", "application/json"},
                              {"Accept-Encoding", "identity"},
                              {"User-Agent", "litellm-exporter"}};
  if (!bearer.empty()) {
    // Behind a reverse proxy with passwords of its own LiteLLM takes the key from here.
    headers.emplace(url.user.empty() ? "Authorization" : "x-litellm-api-key",
                    "Bearer " + bearer.reveal());
  }
  for (const auto& [name, value] : options.headers) {
    headers.emplace(name, value.reveal());
  }
  return headers;
}

AnswerLimits limits_of(const Options& options, std::size_t largest) {
  AnswerLimits limits;
  // The frames of chunks come on top of what they frame; nobody makes them larger than that.
  limits.body_bytes = 2 * largest + limits.head_bytes;
  limits.deadline = Steady::now() + options.timeout;
  return limits;
}

// One request and what is known once it has ended.
class Exchange {
 public:
  Exchange(const Url& url, const Options& options, std::size_t largest)
      : url_(url), options_(options), largest_(largest), client_(url, options, limits_) {
    prepare(client_, url, options);
  }

  Answer run(const std::string& path, const Secret& bearer, const std::stop_token& stop) {
    const auto begin = Steady::now();
    const httplib::Result result =
        ask_each_address(url_.path + path, headers_of(url_, bearer, options_), stop);
    late_ = late_ || Steady::now() >= limits_.deadline;
    answer_.seconds = std::chrono::duration<double>(Steady::now() - begin).count();
    answer_.trouble = trouble_of(result);
    // An answer without a body, as 204 is, never asks for the function that takes the head.
    if (result) {
      answer_.status = result.value().status;
    }
    return std::move(answer_);
  }

 private:
  httplib::Result ask_each_address(const std::string& target, const httplib::Headers& headers,
                                   const std::stop_token& stop) {
    httplib::Result result(nullptr, httplib::Error::Connection);
    const auto found = resolve(url_.host, limits_.deadline, stop);
    late_ = !found;
    if (late_) {
      return result;
    }
    Alarm alarm(limits_.deadline, stop);
    client_.set_socket_options([&alarm](int socket) { alarm.watch(socket); });
    for (const std::string& address : found->addresses) {
      client_.set_hostname_addr_map({{url_.host, address}});
      result = ask(target, headers);
      if (result.error() != httplib::Error::Connection || alarm.rang()) {
        break;
      }
    }
    late_ = alarm.rang();
    return result;
  }

  httplib::Result ask(const std::string& target, const httplib::Headers& headers) {
    return client_.Get(
        target, headers,
        [this](const httplib::Response& response) {
          answer_.status = response.status;
          client_.head_ended();
          return true;
        },
        [this](const char* data, std::size_t size) {
          too_large_ = answer_.body.size() + size > largest_;
          if (!too_large_) {
            answer_.body.append(data, size);
          }
          return !too_large_;
        });
  }

  std::optional<Trouble> trouble_of(const httplib::Result& result) const {
    if (too_large_ || client_.exceeded()) {
      const bool head = answer_.status == 0;
      return Trouble{Fault::too_large,
                     fmt::format("the {}answer is larger than {} bytes", head ? "head of the " : "",
                                 head ? limits_.head_bytes : largest_)};
    }
    if (!result && late_) {
      const bool connected = client_.connected();
      return Trouble{
          connected ? Fault::answer_timeout : Fault::connect_timeout,
          fmt::format("{} within {}", connected ? "no complete answer" : "cannot connect",
                      format_duration(options_.timeout))};
    }
    if (!result) {
      return client_.tls_trouble() ? *client_.tls_trouble() : library_trouble(result.error());
    }
    if (result->status >= 300 && result->status < 400) {
      return Trouble{Fault::redirect,
                     fmt::format("answers {}, a redirect{}: give the URL it leads to",
                                 result->status, destination(result.value()))};
    }
    return std::nullopt;
  }

  const Url& url_;
  const Options& options_;
  const std::size_t largest_;
  const AnswerLimits limits_ = limits_of(options_, largest_);
  BoundedClient client_;
  Answer answer_;
  bool too_large_ = false;
  bool late_ = false;
};

}  // namespace

Answer get(const Url& url, const std::string& path, const Secret& bearer, const Options& options,
           std::size_t largest, const std::stop_token& stop) {
  return Exchange(url, options, largest).run(path, bearer, stop);
}

}  // namespace litellm_exporter::http

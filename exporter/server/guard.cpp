// SPDX-License-Identifier: Apache-2.0
#include "server/guard.hpp"

#include "base/log.hpp"
#include "server/answer.hpp"

namespace litellm_exporter {

bool Guard::refuses(const httplib::Request& request, httplib::Response& response) {
  const auto security = security_.current();
  const WebConfig& config = security->config;
  if (config.rate_limit && !limiter_.admits(*config.rate_limit, RateLimiter::Clock::now())) {
    refusals_.count(Refusal::rate);
    return refuse(response, 429, "Too many requests.\n");
  }
  if (config.users.empty()) {
    return false;
  }
  switch (
      auth_.check(request.get_header_value("Authorization"), config.users, request.remote_addr)) {
    case Login::good:
      return false;
    case Login::too_many:
      refusals_.count(Refusal::rate);
      return refuse(response, 429, "Too many logins.\n");
    case Login::bad:
      note_refusal(request.remote_addr);
      break;
    case Login::none:
      // So begin a browser and whoever only looks whether somebody serves here.
      break;
  }
  response.set_header("WWW-Authenticate", R"(Basic realm="litellm-exporter", charset="UTF-8")");
  return refuse(response, 401, kUnauthorized);
}

void Guard::note_refusal(const std::string& client) {
  refusals_.count(Refusal::authentication);
  log_refusal(client);
}

void Guard::set_headers(httplib::Response& response) {
  const auto security = security_.current();
  for (const auto& [name, value] : security->config.headers) {
    response.headers.erase(name);
    response.set_header(name, value);
  }
}

void Guard::log_refusal(const std::string& client) {
  constexpr std::chrono::minutes kPause{1};
  bool silent = false;
  {
    const std::lock_guard lock(said_mutex_);
    const auto now = std::chrono::steady_clock::now();
    silent = said_ && now - *said_ < kPause;
    said_ = silent ? said_ : now;
  }
  const log::Fields fields = {{"client", client}};
  silent ? log::debug("login refused", fields) : log::warn("login refused", fields);
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "server/guard.hpp"

#include "base/log.hpp"

namespace litellm_exporter {
namespace {

constexpr const char* kText = "text/plain; charset=utf-8";

}  // namespace

bool Guard::refuses(const httplib::Request& request, httplib::Response& response) {
  const auto security = security_.current();
  const WebConfig& config = security->config;
  for (const auto& [name, value] : config.headers) {
    response.set_header(name.c_str(), value);
  }
  if (config.rate_limit && !limiter_.admits(*config.rate_limit, RateLimiter::Clock::now())) {
    refusals_.count(Refusal::rate);
    response.status = 429;
    response.set_content("Too many requests.\n", kText);
    return true;
  }
  if (config.users.empty() ||
      auth_.admits(request.get_header_value("Authorization"), config.users)) {
    return false;
  }
  refusals_.count(Refusal::authentication);
  log::debug("login refused", {{"client", request.remote_addr}});
  response.status = 401;
  response.set_header("WWW-Authenticate", "Basic realm=\"litellm-exporter\", charset=\"UTF-8\"");
  response.set_content("Unauthorized.\n", kText);
  return true;
}

}  // namespace litellm_exporter

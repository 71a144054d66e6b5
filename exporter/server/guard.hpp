// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/basic_auth.hpp"
#include "server/rate_limit.hpp"
#include "server/refusals.hpp"
#include "server/security.hpp"

#include <httplib.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

namespace litellm_exporter {

// The body of the answer to a client without a password.
inline constexpr const char* kUnauthorized = "Unauthorized.\n";

// Stands before every route: the rate limit of the web configuration and its users; and after them:
// its headers. May be used from any thread.
class Guard {
 public:
  Guard(SecurityKeeper& security, Refusals& refusals) : security_(security), refusals_(refusals) {}

  // True if the request was refused and answered.
  bool refuses(const httplib::Request& request, httplib::Response& response);
  // Somebody came to a route of its own with a wrong secret.
  void note_refusal(const std::string& client);
  // For an answer that is complete: what the web configuration wants replaces a page's own.
  void set_headers(httplib::Response& response);

 private:
  // Aloud at most once a minute: who guesses must not fill the log.
  void log_refusal(const std::string& client);

  SecurityKeeper& security_;
  Refusals& refusals_;
  BasicAuth auth_;
  RateLimiter limiter_;
  std::mutex said_mutex_;
  std::optional<std::chrono::steady_clock::time_point> said_;
};

}  // namespace litellm_exporter

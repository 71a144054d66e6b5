// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxies/access.hpp"
#include "proxies/judge.hpp"

#include <string>
#include <vector>

namespace litellm_exporter {

// The result of one round of questions to one proxy.
struct ProxyHealth {
  // Label value, without credentials.
  std::string proxy;
  http::Answer liveness;
  Verdict alive;
  http::Answer readiness_answer;
  Readiness readiness;
  // With a key, or where the readiness answer says it.
  std::string version;
  std::optional<double> in_flight;
  // Paths that the key may not ask for.
  std::vector<std::string> refused;
};

// Asks for liveness and readiness at the same time, with the key only where they want one, and with
// a key for version and requests in flight; each with the timeout. Throws nothing.
ProxyHealth ask_proxy(ProxyAccess& access, const http::Url& url, Milliseconds timeout,
                      const std::stop_token& stop);

}  // namespace litellm_exporter

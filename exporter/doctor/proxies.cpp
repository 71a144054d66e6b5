// SPDX-License-Identifier: Apache-2.0
#include "doctor/examine.hpp"
#include "doctor/proxy_remedy.hpp"
#include "proxies/health.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace litellm_exporter::doctor {
namespace {

void examine_key(ProxyAccess& access, const http::Url& url, const std::vector<std::string>& refused,
                 Milliseconds timeout, Report& report) {
  if (!access.has_key()) {
    report.ok("key", "none given: version, requests in flight and model names are not read");
    return;
  }
  const auto answer = access.ask(url, "/model/info", timeout, kLargestList, {});
  if (!answer || answer->status == 401 || answer->status == 403) {
    report.failure("key", url.shown() + " refuses the key for /model/info",
                   "give the master key, or a key that may read /model/info, as litellm.key_file");
  } else if (!model_names(*answer)) {
    report.warning("key",
                   fmt::format("{} answers /model/info with {}{}", url.shown(), answer->status,
                               answer->trouble ? ": " + answer->trouble->words : ""),
                   "look into the proxy's log");
  } else if (!refused.empty()) {
    report.warning(
        "key",
        fmt::format("{} accepts the key, but not for {}", url.shown(), fmt::join(refused, ", ")),
        "allow the key these routes, or do without version and requests in flight");
  } else {
    report.ok("key", url.shown() + " accepts the key");
  }
}

// A proxy that is alive, but not well. Nothing is guessed that it did not say.
void report_readiness(const ProxyHealth& health, Report& report) {
  const Readiness& readiness = health.readiness;
  const bool told = health.readiness_answer.status >= 500;
  const char* const state = readiness.verdict.good ? "and ready"
                            : told                 ? "but not ready"
                                                   : "but does not tell whether it is ready";
  report.failure("proxy",
                 fmt::format("{} is alive {}: /health/readiness: {}", health.proxy, state,
                             readiness.verdict.trouble),
                 proxy_remedy(readiness.verdict));
}

}  // namespace

void examine_proxies(const Config& config, Report& report) {
  ProxyAccess access(config.litellm);
  const Milliseconds timeout = config.litellm.timeout;
  if (access.urls().empty()) {
    report.warning("proxy", "none is configured: nobody watches whether LiteLLM answers",
                   "set litellm.urls or LITELLM_BASE_URL, such as http://127.0.0.1:24157");
  }
  for (const http::Url& url : access.urls()) {
    const ProxyHealth health = ask_proxy(access, url, timeout, {});
    const std::string version = health.version.empty() ? "" : ", LiteLLM " + health.version;
    if (!health.alive.good) {
      report.failure("proxy",
                     fmt::format("{}/health/liveliness: {}", health.proxy, health.alive.trouble),
                     proxy_remedy(health.alive));
      continue;
    }
    const Verdict& ready = health.readiness.verdict;
    if (ready.cause) {
      report_readiness(health, report);
    } else {
      report.ok("proxy", health.proxy + " is alive and ready" + version);
    }
    examine_key(access, url, health.refused, timeout, report);
  }
}

}  // namespace litellm_exporter::doctor

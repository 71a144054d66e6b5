// SPDX-License-Identifier: Apache-2.0
#include "proxies/health.hpp"

#include <future>

namespace litellm_exporter {
namespace {

constexpr std::size_t kLargest = 65'536;

}  // namespace

ProxyHealth ask_proxy(ProxyAccess& access, const http::Url& url, Milliseconds timeout,
                      const std::stop_token& stop) {
  ProxyHealth health;
  health.proxy = url.shown();
  // Throws here, not in a thread of its own, where there is no thread to be had.
  auto liveness = std::async(
      std::launch::async, [&] { return access.probe(url, "/health/liveliness", timeout, stop); });
  health.readiness_answer = access.probe(url, "/health/readiness", timeout, stop);
  health.liveness = liveness.get();
  health.alive = judge_liveness(health.liveness);
  health.readiness = judge_readiness(health.readiness_answer);
  judge_refusal(health.alive, health.liveness, access.has_key());
  judge_refusal(health.readiness.verdict, health.readiness_answer, access.has_key());
  for (const char* path : {"/health/liveliness", "/health/readiness"}) {
    if (access.refuses_key(url, path)) {
      health.refused.emplace_back(path);
    }
  }
  const auto take_version = [&](const Readiness& said) {
    health.version = access.reveals_key(said.version) ? "" : said.version;
  };
  take_version(health.readiness);
  if (!health.alive.good) {
    return health;
  }
  const auto ask = [&](const char* path) {
    auto answer = access.ask(url, path, timeout, kLargest, stop);
    if (access.refuses_key(url, path)) {
      health.refused.emplace_back(path);
    }
    return answer;
  };
  if (health.version.empty()) {
    // Since v1.84; before, readiness itself says it.
    if (const auto details = ask("/health/readiness/details")) {
      take_version(judge_readiness(*details));
    }
  }
  // Since v1.82; 404 before.
  if (const auto backlog = ask("/health/backlog")) {
    health.in_flight = requests_in_flight(*backlog);
  }
  return health;
}

}  // namespace litellm_exporter

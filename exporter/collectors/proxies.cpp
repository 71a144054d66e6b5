// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"
#include "base/text.hpp"
#include "collectors/proxy_subject.hpp"
#include "poll/error.hpp"
#include "proxies/health.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <future>
#include <map>
#include <utility>
#include <vector>

namespace litellm_exporter {
namespace {

constexpr Gauge kUp = {
    .name = "litellm_up",
    .help = "1 if the proxy's liveliness endpoint answers 200 as LiteLLM does, else 0."};
constexpr Gauge kReady = {
    .name = "litellm_ready",
    .help = "1 if the proxy's readiness endpoint answers 200 as LiteLLM does, else 0."};
constexpr Gauge kDatabaseConnected = {
    .name = "litellm_proxy_database_connected",
    .help =
        "1 if the proxy's readiness answer says that its database is connected, 0 if it says "
        "that it is not; no series while it says neither."};
constexpr Gauge kDuration = {.name = "litellm_health_check_duration_seconds",
                             .help = "How long the last probe of the endpoint took."};
constexpr Gauge kStatusCode = {
    .name = "litellm_health_check_status_code",
    .help = "HTTP status of the last probe of the endpoint, 0 if there was no answer."};
constexpr Gauge kInfo = {
    .name = "litellm_proxy_info",
    .help = "A metric with a constant '1' value labeled by the proxy's version."};
constexpr Gauge kInFlight = {
    .name = "litellm_proxy_requests_in_flight",
    .help = "Requests that a worker of the proxy is serving, from /health/backlog."};

void add(Findings& findings, const ProxyHealth& health, std::size_t label_bytes) {
  const std::string proxy = clean_label(health.proxy, label_bytes);
  const LabelPairs labels = {{"proxy", proxy}};
  findings.add(kUp, health.alive.good ? 1 : 0, labels);
  findings.add(kReady, health.readiness.verdict.good ? 1 : 0, labels);
  if (health.readiness.database) {
    findings.add(kDatabaseConnected, *health.readiness.database ? 1 : 0, labels);
  }
  const auto add_probe = [&](const char* endpoint, const http::Answer& answer) {
    const LabelPairs probe = {{"proxy", proxy}, {"endpoint", endpoint}};
    findings.add(kDuration, answer.seconds, probe);
    findings.add(kStatusCode, answer.status, probe);
  };
  add_probe("liveliness", health.liveness);
  add_probe("readiness", health.readiness_answer);
  if (!health.version.empty()) {
    findings.add(kInfo, 1,
                 {{"proxy", proxy}, {"version", clean_label(health.version, label_bytes)}});
  }
  findings.add(kInFlight, health.in_flight, labels);
}

// Probes all proxies at the same time: one that hangs delays no other.
class ProxyCollector : public GaugeCollector {
 public:
  using GaugeCollector::GaugeCollector;

  void collect(const std::stop_token& stop) override;

 private:
  void report(const ProxyHealth& health, const char* endpoint, const std::string& trouble);
  void report_refused(const ProxyHealth& health, const std::string& paths);

  // What was last logged, by proxy and endpoint.
  std::map<std::string, std::string> troubles_;
};

void ProxyCollector::collect(const std::stop_token& stop) {
  ProxyAccess& access = parts().proxies;
  std::vector<std::future<ProxyHealth>> asked;
  for (const http::Url& url : access.urls()) {
    asked.push_back(
        std::async(std::launch::async, [&] { return ask_proxy(access, url, timeout(), stop); }));
  }
  std::vector<ProxyHealth> all;
  all.reserve(asked.size());
  for (auto& one : asked) {
    all.push_back(one.get());
  }
  if (stop.stop_requested()) {
    return;
  }
  Findings findings;
  ProxyCount count{0, all.size()};
  std::string refusal;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const ProxyHealth& health = all[i];
    add(findings, health, parts().config.limits.label_bytes);
    count.up += health.alive.good ? 1 : 0;
    report(health, "liveliness", health.alive.trouble);
    report(health, "readiness", health.readiness.verdict.trouble);
    const http::Url& url = access.urls()[i];
    const bool usable = access.accepts_key(url);
    for (const std::string& path : health.refused) {
      // A key that is good for other paths was given on purpose.
      refusal = usable || !refusal.empty() ? refusal : ProxyAccess::refusal(url, path);
    }
    report_refused(health, usable ? fmt::format("{}", fmt::join(health.refused, ", ")) : "");
  }
  publish(std::move(findings), count);
  if (!refusal.empty()) {
    throw PollError(Reason::permission, refusal);
  }
}

void ProxyCollector::report(const ProxyHealth& health, const char* endpoint,
                            const std::string& trouble) {
  std::string& said = troubles_[health.proxy + " " + endpoint];
  if (said == trouble) {
    return;
  }
  said = trouble;
  if (trouble.empty()) {
    log::info("proxy answers well again", {{"proxy", health.proxy}, {"endpoint", endpoint}});
  } else {
    log::warn("proxy does not answer well",
              {{"proxy", health.proxy}, {"endpoint", endpoint}, {"err", trouble}});
  }
}

void ProxyCollector::report_refused(const ProxyHealth& health, const std::string& paths) {
  std::string& said = troubles_[health.proxy + " key"];
  if (paths != std::exchange(said, paths) && !paths.empty()) {
    log::warn("litellm.key is not good for everything; what these paths say is left out",
              {{"proxy", health.proxy}, {"paths", paths}});
  }
}

}  // namespace

constinit const ProxySubject proxies_subject = {
    .info = {.name = "proxies",
             .summary = "liveness, readiness, version and requests in flight of each proxy",
             .source = Source::proxy},
    .make = make_collector<ProxyCollector>};

}  // namespace litellm_exporter

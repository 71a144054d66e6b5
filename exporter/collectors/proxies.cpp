// SPDX-License-Identifier: Apache-2.0
#include "collectors/proxies.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "poll/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <future>
#include <utility>
#include <vector>

namespace litellm_exporter {
namespace {

void add(Findings& findings, const ProxyHealth& health, std::size_t label_bytes) {
  const std::string proxy = clean_label(health.proxy, label_bytes);
  const LabelPairs labels = {{"proxy", proxy}};
  findings.add(Gauge::up, health.alive.good ? 1 : 0, labels);
  findings.add(Gauge::ready, health.readiness.verdict.good ? 1 : 0, labels);
  if (health.readiness.database) {
    findings.add(Gauge::proxy_database_connected, *health.readiness.database ? 1 : 0, labels);
  }
  const auto add_probe = [&](const char* endpoint, const http::Answer& answer) {
    const LabelPairs probe = {{"proxy", proxy}, {"endpoint", endpoint}};
    findings.add(Gauge::health_check_duration, answer.seconds, probe);
    findings.add(Gauge::health_check_status_code, answer.status, probe);
  };
  add_probe("liveliness", health.liveness);
  add_probe("readiness", health.readiness_answer);
  if (!health.version.empty()) {
    findings.add(Gauge::proxy_info, 1,
                 {{"proxy", proxy}, {"version", clean_label(health.version, label_bytes)}});
  }
  findings.add(Gauge::proxy_requests_in_flight, health.in_flight, labels);
}

// What a proxy said as a label; nothing if it is the key that the proxy was shown.
std::optional<std::string> label_of(const GaugeParts& parts, const std::string& text) {
  std::string label = clean_label(text, parts.config.limits.label_bytes);
  const bool secret = parts.proxies.reveals_key(text) || parts.proxies.reveals_key(label);
  return secret ? std::nullopt : std::optional{std::move(label)};
}

// Up to v1.77 /health names no ids.
std::string public_name(const ModelNames& names, const std::string& id, const std::string& called) {
  if (const auto found = names.by_id.find(id); found != names.by_id.end()) {
    return found->second;
  }
  const auto found = names.by_model.find(called);
  return found == names.by_model.end() ? called : found->second;
}

// The first good answer of any proxy with the key; throws PollError if there is none.
template <typename Judge>
auto ask_any(ProxyAccess& access, const std::string& path, Milliseconds timeout,
             const std::stop_token& stop, Judge judge) {
  std::string trouble = "there is no proxy";
  Reason reason = Reason::connect;
  for (const http::Url& url : access.urls()) {
    const auto answer = access.ask(url, path, timeout, kLargestList, stop);
    if (!answer || answer->status == 401 || answer->status == 403) {
      trouble = ProxyAccess::refusal(url, path);
      reason = Reason::permission;
      continue;
    }
    if (auto good = judge(*answer)) {
      return *good;
    }
    reason = answer->trouble ? Reason::connect : Reason::decode;
    trouble =
        fmt::format("{}{}: {}", url.shown(), path,
                    answer->trouble ? answer->trouble->words
                                    : fmt::format("answers {}, not as expected", answer->status));
  }
  throw PollError(reason, trouble);
}

}  // namespace

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

void ModelNameCollector::collect(const std::stop_token& stop) {
  const auto list = ask_any(parts().proxies, "/model/info", timeout(), stop, model_names);
  const auto clean = [&](const std::map<std::string, std::string>& said) {
    std::map<std::string, std::string> names;
    for (const auto& [key, name] : said) {
      const auto known = label_of(parts(), key);
      if (const auto label = label_of(parts(), name); known && label) {
        names[*known] = *label;
      }
    }
    return names;
  };
  ModelNames names{clean(list.by_id), clean(list.by_model)};
  parts().model_names.set(std::move(names));
}

void ModelProbeCollector::collect(const std::stop_token& stop) {
  const auto models = ask_any(parts().proxies, "/health", timeout(), stop, model_health);
  const auto names = parts().model_names.get();
  // Without ids several deployments have one name: it is healthy if all of them are.
  std::map<std::pair<std::string, std::string>, bool> states;
  for (const auto& [model, healthy] : models) {
    const auto id = label_of(parts(), model.model_id);
    const auto called = label_of(parts(), model.model);
    if (id && called) {
      const auto place = std::pair{public_name(*names, *id, *called), *id};
      states[place] = healthy && (!states.contains(place) || states[place]);
    }
  }
  const double now = unix_seconds(std::chrono::system_clock::now());
  Findings findings;
  for (const auto& [place, healthy] : states) {
    const LabelPairs labels = {{"model", place.first}, {"model_id", place.second}};
    findings.add(Gauge::model_healthy, healthy ? 1 : 0, labels);
    findings.add(Gauge::model_health_checked, now, labels);
  }
  publish(std::move(findings));
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "collectors/ask_any.hpp"
#include "collectors/proxy_subject.hpp"
#include "proxies/judge.hpp"
#include "subjects/model_health.hpp"

#include <chrono>
#include <map>
#include <utility>

namespace litellm_exporter {
namespace {

// Lets the first proxy that answers call every model, which costs money.
class ModelProbeCollector : public GaugeCollector {
 public:
  using GaugeCollector::GaugeCollector;

  void collect(const std::stop_token& stop) override;
  bool needed() const override { return false; }
  bool costly() const override { return true; }
};

// Up to v1.77 /health names no ids.
std::string public_name(const ModelNames& names, const std::string& id, const std::string& called) {
  if (const auto found = names.by_id.find(id); found != names.by_id.end()) {
    return found->second;
  }
  const auto found = names.by_model.find(called);
  return found == names.by_model.end() ? called : found->second;
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
    add_model_health(findings, healthy ? 1 : 0, now,
                     {{"model", place.first}, {"model_id", place.second}});
  }
  publish(std::move(findings));
}

}  // namespace

constinit const ProxySubject model_probe_subject = {
    .info = {.name = "model_probe",
             .summary = "GET /health, which calls every model and costs money; instead of "
                        "model_health",
             .source = Source::proxy,
             .enabled = false,
             .interval = std::chrono::minutes(5),
             .timeout = std::chrono::minutes(2)},
    .make = make_collector<ModelProbeCollector>,
    .needs_key = true};

}  // namespace litellm_exporter

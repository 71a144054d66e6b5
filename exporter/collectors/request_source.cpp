// SPDX-License-Identifier: Apache-2.0
#include "collectors/request_source.hpp"

#include "base/label_values.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace litellm_exporter {
namespace {

constexpr Gauge kSource{
    "litellm_exporter_request_source",
    "1 for what requests of this outcome are counted from: log is LiteLLM_SpendLogs, ledger is "
    "LiteLLM_SpendLogDelivery, which knows neither exception class nor first token, retries, "
    "fallbacks and deployment, daily are LiteLLM's daily sums, which know no single request."};

}  // namespace

void publish_sources(GaugeBoard& gauges, const Collector& collector, const RequestSources& sources,
                     Findings more) {
  Findings findings = std::move(more);
  for (const auto& [outcome, source] :
       {std::pair{kSuccess, sources.success}, {kFailure, sources.failure}}) {
    findings.add(
        kSource, 1,
        {{"outcome", std::string{outcome}}, {"source", std::string{kSourceNames[source]}}});
  }
  gauges.publish(collector.name(), std::move(findings).families(),
                 GaugeBoard::Clock::now() +
                     std::max<Milliseconds>(5 * collector.interval(), std::chrono::minutes(5)));
}

}  // namespace litellm_exporter

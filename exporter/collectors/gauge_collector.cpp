// SPDX-License-Identifier: Apache-2.0
#include "collectors/gauge_collector.hpp"

#include <algorithm>

namespace litellm_exporter {

GaugeCollector::GaugeCollector(const SubjectInfo& about, const GaugeParts& parts)
    : Collector(std::string{about.name},
                parts.config.collectors.at(std::string{about.name}).poll_interval),
      parts_(parts),
      timeout_(parts.config.collectors.at(std::string{about.name}).timeout) {}

void GaugeCollector::publish(Findings findings, ProxyCount proxies) {
  // Some polls may fail before a number is too old to be shown.
  constexpr int kPolls = 5;
  constexpr std::chrono::minutes kShortest{5};
  const auto age = std::max<Milliseconds>(kPolls * interval(), kShortest);
  parts_.gauges.publish(name(), std::move(findings).families(), GaugeBoard::Clock::now() + age,
                        proxies);
}

}  // namespace litellm_exporter

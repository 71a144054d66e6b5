// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/gauge_collector.hpp"
#include "proxies/health.hpp"

#include <map>
#include <string>

namespace litellm_exporter {

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

// Asks the first proxy that answers for its models, so that ids get names.
class ModelNameCollector : public GaugeCollector {
 public:
  using GaugeCollector::GaugeCollector;

  void collect(const std::stop_token& stop) override;
  bool needed() const override { return false; }
};

// Lets the first proxy that answers call every model, which costs money.
class ModelProbeCollector : public GaugeCollector {
 public:
  using GaugeCollector::GaugeCollector;

  void collect(const std::stop_token& stop) override;
  bool needed() const override { return false; }
  bool costly() const override { return true; }
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "config/subject.hpp"
#include "metrics/findings.hpp"
#include "metrics/gauge_board.hpp"
#include "names/model_names.hpp"
#include "poll/collector.hpp"
#include "postgres/database.hpp"
#include "proxies/access.hpp"

namespace litellm_exporter {

// What the collectors of gauges share; outlives them.
struct GaugeParts {
  const Config& config;
  postgres::Database& database;
  ProxyAccess& proxies;
  ModelNameStore& model_names;
  GaugeBoard& gauges;
};

// A subject whose series are replaced whole at each poll, and withdrawn when they get too old.
class GaugeCollector : public Collector {
 public:
  GaugeCollector(const SubjectInfo& about, const GaugeParts& parts);

 protected:
  const GaugeParts& parts() const noexcept { return parts_; }
  Milliseconds timeout() const noexcept { return timeout_; }
  void publish(Findings findings, ProxyCount proxies = {});

 private:
  GaugeParts parts_;
  Milliseconds timeout_;
};

}  // namespace litellm_exporter

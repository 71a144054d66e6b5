// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "config/subject.hpp"
#include "entities/model_names.hpp"
#include "metrics/snapshots.hpp"
#include "poll/collector.hpp"
#include "postgres/database.hpp"
#include "proxies/access.hpp"
#include "subjects/findings.hpp"

namespace litellm_exporter {

// What the collectors of snapshots share; outlives them.
struct SnapshotParts {
  const Config& config;
  postgres::Database& database;
  ProxyAccess& proxies;
  ModelNameStore& model_names;
  Snapshots& snapshots;
};

// A subject whose series are replaced whole at each poll, and withdrawn when they get too old.
class SnapshotCollector : public Collector {
 public:
  SnapshotCollector(const SubjectInfo& about, const SnapshotParts& parts);

 protected:
  const SnapshotParts& parts() const noexcept { return parts_; }
  Milliseconds timeout() const noexcept { return timeout_; }
  void publish(Findings findings, ProxyCount proxies = {});

 private:
  SnapshotParts parts_;
  Milliseconds timeout_;
};

}  // namespace litellm_exporter

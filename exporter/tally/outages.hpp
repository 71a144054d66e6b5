// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "series/store.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace litellm_exporter {

// Which providers fail now, and since when, for people who look at the status page. By the shares
// and guards of the alert LiteLLMProviderOutage, over five minutes. Pure; belongs to the thread
// that counts. It is not saved: a new process learns it within minutes.
class Outages {
 public:
  using Time = std::chrono::system_clock::time_point;

  // Since the beginning of counting. Faults are failures that no client is to blame for.
  struct Counts {
    double requests = 0;
    double faults = 0;
  };
  using Providers = std::map<std::string, Counts>;

  struct Outage {
    std::string provider;
    Time since;
  };

  void update(const Providers& providers, Time now);
  // By name.
  std::vector<Outage> current() const;

 private:
  struct Sample {
    Time at;
    Providers providers;
  };
  struct Failing {
    Time since;
    Time last_request;
  };

  Counts before(const Sample& sample, const std::string& provider) const;
  void judge(const std::string& provider, const Counts& counts, Time now);
  Time first_fault(const std::string& provider, const Counts& counts, Time now) const;

  std::deque<Sample> window_;
  std::map<std::string, Failing> failing_;
};

// What the pages show. Providers without a name are left out.
Outages::Providers providers_of(const SeriesStore& store);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/fragment.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace litellm_exporter {

// Of the proxies that are watched, those that answer.
struct ProxyCount {
  std::size_t up = 0;
  std::size_t watched = 0;
};

// The part of the page that is replaced whole at each poll. Several sources may have samples of the
// same family; each is rendered when it publishes, and only strung together for a scrape. May be
// used from any thread; the lock is held for copying pointers.
class Snapshots {
 public:
  using Clock = std::chrono::steady_clock;

  // Replaces all that the source published before. Past `expiry` it is withdrawn: a snapshot that
  // is too old must not look like the present.
  void publish(const std::string& source, std::vector<prometheus::MetricFamily> families,
               Clock::time_point expiry, ProxyCount proxies = {});
  // Forgets the sources that the configuration no longer has.
  void retain(const std::set<std::string>& sources);

  // Family by family, each under one header.
  std::vector<std::shared_ptr<const Fragment>> current() const;
  // What the sources counted; none where no proxy is watched, or nothing is known of late.
  ProxyCount proxies() const;

 private:
  struct Source {
    std::map<std::string, FamilyParts> families;
    Clock::time_point expiry;
    ProxyCount proxies;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Source> sources_;
};

}  // namespace litellm_exporter

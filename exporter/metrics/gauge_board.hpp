// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/fragment.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace litellm_exporter {

// How many proxies are watched, and how many of them answer.
struct ProxyCount {
  std::size_t up = 0;
  std::size_t watched = 0;

  bool operator==(const ProxyCount&) const = default;
};

// The part of the page that is replaced whole at each poll. Several publishers may have samples of
// the same family; what each publishes is rendered then, and strung together for the first scrape
// after it. May be used from any thread; the lock is held for copying pointers.
class GaugeBoard {
 public:
  using Clock = std::chrono::steady_clock;

  // Replaces all that the publisher, a collector by its name, published before. Past `expiry` it is
  // withdrawn: values that are too old must not look like the present.
  void publish(const std::string& publisher, std::vector<prometheus::MetricFamily> families,
               Clock::time_point expiry, ProxyCount proxies = {});
  // Forgets the publishers that the configuration no longer has.
  void retain(const std::set<std::string>& publishers);

  // Family by family, each under one header.
  std::shared_ptr<const Fragment> current() const;
  // As the publishers counted them; none where no proxy is watched, or nothing is known of late.
  ProxyCount proxies() const;

 private:
  struct Published {
    std::map<std::string, FamilyParts> families;
    Clock::time_point expiry;
    ProxyCount proxies;
  };

  mutable std::mutex mutex_;
  // By publisher.
  std::map<std::string, Published> published_;
  // How often something was published or forgotten.
  std::uint64_t revision_ = 0;
  // What current() made of it last, and until when it holds.
  struct Joined {
    std::shared_ptr<const Fragment> text;
    std::uint64_t revision = 0;
    Clock::time_point expiry;
  };
  mutable Joined joined_;
};

}  // namespace litellm_exporter

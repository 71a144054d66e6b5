// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "metrics/fragment.hpp"
#include "metrics/gauge_board.hpp"
#include "poll/status.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm_exporter {

// The result of the last reload.
struct ReloadStatus {
  bool successful = true;
  std::chrono::system_clock::time_point last_success;

  bool operator==(const ReloadStatus&) const = default;
};

// This exporter among those of its deployment.
struct ClusterView {
  struct Peer {
    // Its URL.
    std::string name;
    bool answers = false;
    bool is_active = false;

    bool operator==(const Peer&) const = default;
  };
  // Whether it counts; where there are no others, it always does.
  bool is_active = true;
  std::vector<Peer> peers = {};
  // When what the active one has saved was last copied.
  std::optional<std::chrono::system_clock::time_point> copied_at = {};

  bool operator==(const ClusterView&) const = default;
};

struct SelfView {
  std::vector<CollectorStatus> collectors = {};
  bool database_up = false;
  ProxyCount proxies = {};
  ReloadStatus reload = {};
  Config::Objectives objectives = {};
  ClusterView cluster = {};
  std::chrono::system_clock::time_point started = {};
  // Clients turned away by the web interface, by reason.
  std::vector<std::pair<std::string_view, std::uint64_t>> refusals = {};
  // Whether process_* belong to it. Not on a page that outlives the process: a textfile collector
  // shows it beside the node exporter's own.
  bool process = true;

  bool operator==(const SelfView&) const = default;
};

// The part of the page about the exporter itself: how it is doing, the configured objectives, and
// process_*. What is as it was for the page before is not rendered again, and the system is asked
// about the process ten times a second at most: scrapes may come by the hundred between two polls.
// May be used from any thread.
class SelfText {
 public:
  std::vector<std::shared_ptr<const Fragment>> of(SelfView view);

 private:
  std::mutex mutex_;
  SelfView rendered_;
  std::shared_ptr<const Fragment> text_;
  std::shared_ptr<const Fragment> process_;
  std::chrono::steady_clock::time_point process_at_;
};

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "metrics/fragment.hpp"
#include "metrics/gauge_board.hpp"
#include "poll/status.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm_exporter {

// The result of the last reload.
struct ReloadStatus {
  bool successful = true;
  std::chrono::system_clock::time_point last_success;
};

struct SelfView {
  std::vector<CollectorStatus> collectors = {};
  bool database_up = false;
  ProxyCount proxies = {};
  ReloadStatus reload = {};
  Config::Objectives objectives = {};
  std::chrono::system_clock::time_point started = {};
  // Clients turned away by the web interface, by reason.
  std::vector<std::pair<std::string_view, std::uint64_t>> refusals = {};
  // Whether process_* belong to it. Not on a page that outlives the process: a textfile collector
  // shows it beside the node exporter's own.
  bool process = true;
};

// The part of the page that is made anew for each scrape: how the exporter itself is doing, the
// configured objectives, and process_*.
std::shared_ptr<const Fragment> self_fragment(const SelfView& view);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/self.hpp"
#include "tally/trend.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace litellm_exporter {

// The page at "/status", for those without Grafana: cards of a day and the hour that has begun,
// the requests of seven days, spend by model and errors by class. Complete HTML without any outside
// resource, which replaces its own contents every quarter of a minute; without scripts it stays as
// it is. `now` decides which instants need a date.
std::string status_page(
    const Summary& summary, const SelfView& view,
    std::chrono::system_clock::time_point now = std::chrono::system_clock::now(),
    bool is_framed = false);

// The header Content-Security-Policy that lets the page's own script run and nothing else, and only
// the origins in `frame_ancestors` show it in a frame; empty: none.
std::string status_page_policy(const std::vector<std::string>& frame_ancestors);

}  // namespace litellm_exporter

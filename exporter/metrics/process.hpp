// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/metric_family.h>

#include <chrono>
#include <vector>

namespace litellm_exporter {

// The process_* families as client libraries name them, read from /proc/self. What cannot be read
// is left out. `started` is the process's own start: /proc/stat may be hidden by the sandbox.
std::vector<prometheus::MetricFamily> process_metrics(
    std::chrono::system_clock::time_point started);

}  // namespace litellm_exporter

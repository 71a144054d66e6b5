// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/findings.hpp"

#include <optional>

namespace litellm_exporter {

// Adds a model's last health check to the gauges of health, which a probe of the proxy fills, too:
// whether it succeeded, and when it was, in Unix seconds.
void add_model_health(Findings& findings, std::optional<double> healthy,
                      std::optional<double> checked, const LabelPairs& labels);

}  // namespace litellm_exporter

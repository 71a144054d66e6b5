// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace litellm_exporter {

// Finds faults of a page in Prometheus' text format 0.0.4: lines that no parser takes, families
// in pieces, series that are there twice (Prometheus would drop one, and promtool does not say so),
// counters without _total. At most ten findings, each one line; empty for a good page.
// The doctor looks at a trial page with it, since label values come from outside.
std::vector<std::string> lint_page(std::string_view page);

}  // namespace litellm_exporter

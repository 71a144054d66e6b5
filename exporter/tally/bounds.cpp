// SPDX-License-Identifier: Apache-2.0
#include "tally/bounds.hpp"

namespace litellm_exporter {

SeriesStore::Bounds bounds_of(const Config& config) {
  SeriesStore::Bounds bounds;
  bounds[Family::request_duration] = config.histograms.request_duration_seconds;
  bounds[Family::time_to_first_token] = config.histograms.time_to_first_token_seconds;
  bounds[Family::time_per_output_token] = config.histograms.time_per_output_token_seconds;
  bounds[Family::overhead] = config.histograms.overhead_seconds;
  bounds[Family::guardrail_duration] = config.histograms.guardrail_duration_seconds;
  bounds[Family::upstream_request_duration] = config.histograms.upstream_request_duration_seconds;
  // LiteLLM flushes every few seconds; after an outage rows come hours late.
  bounds[Family::lag] = {1, 2.5, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 21600};
  return bounds;
}

}  // namespace litellm_exporter

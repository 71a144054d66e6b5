// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/gauge_board.hpp"
#include "poll/collector.hpp"
#include "spendlog/source.hpp"

namespace litellm_exporter {

// Says where requests of each outcome are counted from, as the collector's gauges.
void publish_sources(GaugeBoard& gauges, const Collector& collector, const RequestSources& sources);

}  // namespace litellm_exporter

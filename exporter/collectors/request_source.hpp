// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/findings.hpp"
#include "metrics/gauge_board.hpp"
#include "poll/collector.hpp"
#include "spendlog/source.hpp"

namespace litellm_exporter {

// Says where requests of each outcome are counted from, as the collector's gauges with some more.
void publish_sources(GaugeBoard& gauges, const Collector& collector, const RequestSources& sources,
                     Findings more = {});

}  // namespace litellm_exporter

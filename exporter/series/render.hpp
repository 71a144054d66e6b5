// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "series/family.hpp"
#include "series/store.hpp"

#include <prometheus/metric_family.h>

namespace litellm_exporter {

// The family as it belongs on the page: series sorted by their labels, those not yet shown at 0.
// A pure function of the store.
prometheus::MetricFamily render(const SeriesStore& store, Family family);

}  // namespace litellm_exporter

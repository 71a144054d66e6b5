// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "series/family.hpp"
#include "series/store.hpp"

#include <prometheus/metric_family.h>

#include <span>

namespace litellm_exporter {

// These series of the family as they belong on the page: those not yet shown at 0, and without
// those that are on no page. A pure function of the store.
prometheus::MetricFamily render(const SeriesStore& store, Family family,
                                std::span<const SeriesStore::Entry* const> entries);

// Whether the series is on the page at all: what an info said once and no longer says is not.
bool is_on_page(Family family, const Series& series);

}  // namespace litellm_exporter

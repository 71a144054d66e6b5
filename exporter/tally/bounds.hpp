// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "series/store.hpp"

namespace litellm_exporter {

// The bounds of every histogram under this configuration, in seconds. A saved histogram with other
// bounds starts afresh.
SeriesStore::Bounds bounds_of(const Config& config);

}  // namespace litellm_exporter

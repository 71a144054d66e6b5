// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"

#include <cstdint>

namespace litellm_exporter {

// How long to wait after a failed poll: what is read once an hour must not be missing for an hour
// because the database came up a moment later. `failures` are those in a row, this one included;
// `took` is how long it took. Half a minute at first, then longer, at most five minutes; never so
// short that polls that fail take more than a tenth of the time, and never longer than the
// collector's own interval.
Milliseconds retry_after(std::uint64_t failures, Milliseconds took, Milliseconds interval);

}  // namespace litellm_exporter

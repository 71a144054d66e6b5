// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "subjects/entity.hpp"
#include "subjects/entity_query.hpp"

#include <cstddef>

namespace litellm_exporter {

// Reads what the entities of a table may spend within windows of time and on single models, and how
// many requests and tokens a minute they have for single models: JSON that people write, of which
// whatever makes no sense is skipped. Returns how many of them are beyond the limit of series.
// Throws PollError.
std::size_t read_parts(Reading& reading, const EntityTable& about, const postgres::Table& table,
                       const EntityQuery& query);

}  // namespace litellm_exporter

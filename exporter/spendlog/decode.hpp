// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/copy_row.hpp"
#include "spendlog/row.hpp"

#include <cstddef>

namespace litellm_exporter {

// Turns the fields of one line, in the order of LogColumn, into a row. Never throws for a strange
// value: it is left out and noted in Row::invalid. Throws PollError with Reason::decode if the line
// has another shape than was asked for. `row` is reused from line to line to save allocations.
void decode_row(const postgres::CopyRow& fields, std::size_t label_bytes, Row& row);

}  // namespace litellm_exporter

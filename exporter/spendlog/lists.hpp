// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spendlog/fields.hpp"
#include "spendlog/row.hpp"

namespace litellm_exporter {

// What a row has several of, from JSON that clients and versions of LiteLLM may have written in any
// shape. Never throws: what is no such list is noted in Row::invalid.
void read_tags(const Fields& in, Row& row);
void read_guardrails(const Fields& in, Row& row);
void read_dimensions(const Fields& in, Row& row);

}  // namespace litellm_exporter

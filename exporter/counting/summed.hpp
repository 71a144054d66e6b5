// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daily/levels.hpp"
#include "names/directory.hpp"
#include "spendlog/row.hpp"

// Between rows and LiteLLM's daily sums of them. Pure.
namespace litellm_exporter {

Day day_of(const Row& row);

// Notes what a row adds to the sums. LiteLLM's sums of requests are of those of callers, and this
// one is if `is_request`; its sums of models are of all rows.
void note(const Row& row, bool is_request, DailyLevels& levels);

// The groups that sums and rows have in common, by columns that no two rows of a table share.
std::string model_group_key(std::string_view model, std::string_view provider);
std::string owner_group_key(std::string_view owner, std::string_view model);

// A row that stands for what a group's sums have gained, of one outcome.
Row row_of(const DailyLevels::Growth& growth, Outcome outcome, const Directory& directory);

}  // namespace litellm_exporter

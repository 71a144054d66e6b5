// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/gap.hpp"
#include "postgres/table.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace litellm_exporter {

// What is selected of each row, in this order. How a table has it stands in log_columns.cpp and
// ledger_columns.cpp.
enum class LogColumn {
  request_id,
  start,
  end,
  first_token,
  model,
  model_group,
  provider,
  status,
  metadata_status,
  error_class,
  error_code,
  api_key,
  key_alias,
  team,
  team_alias,
  user,
  end_user,
  tags,
  guardrails,
  tool,
  metadata_tool,
  spend,
  input_tokens,
  output_tokens,
  total_tokens,
  cached_tokens,
  cached_tokens_anthropic,
  cache_creation_tokens,
  cache_creation_tokens_anthropic,
  reasoning_tokens,
  retries,
  fallbacks,
  cache_hit,
  call_type,
  requested_model,
  overhead,
  billed_retry,
  internal_origin,
  batch_model,
  input_audio_tokens,
  output_audio_tokens,
  input_image_tokens,
  output_image_tokens,
  input_cost,
  output_cost,
  tool_cost,
  service_tier,
  deployment,
  api_base,
  organization,
  metadata_organization,
  project,
  project_alias,
  agent,
  // The id of the request, where the row has one of its own.
  request,
  // Whether the spend log has the request, too: same, other (another request with its id), or NULL.
  logged,
  // A list with one value, or null, for each of the configured dimensions.
  dimensions,
};

struct RowTable;

// What is asked for beside the table itself. `log` is the full name of the spend log, empty where
// it cannot be read; `dimensions` are paths below the document, as the configuration has checked
// them.
struct Selection {
  std::string from;
  std::string log;
  std::vector<std::string> dimensions;
};

// The SELECT of every column above over the rows that fulfil `condition`. A column that this
// version of LiteLLM does not have, or that the role may not read, comes as NULL. What clients
// choose is cut off on the server, far above what a label can hold.
std::string select_rows(const RowTable& about, const postgres::Table& table,
                        const Selection& selection, const std::string& condition);

// The columns without which nothing can be counted; those of them that cannot be read.
std::vector<std::string> missing_essentials(const RowTable& about, const postgres::Table& table);
// What the missing columns switch off, in words for the log; empty if nothing.
std::string describe_gaps(const RowTable& about, const postgres::Table& table);
// The same, of the columns that are there, without the right to read them.
std::string describe_forbidden(const RowTable& about, const postgres::Table& table);
// Which columns are missing, or the table.
Gaps find_gaps(const RowTable& about, const postgres::Table& table);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
// A line of COPY from the spend log: it becomes a row that is clean and bounded, and the page made
// of it is valid.
#include "counting/counting.hpp"
#include "fuzz.hpp"
#include "metrics/lint.hpp"
#include "poll/error.hpp"
#include "spendlog/columns.hpp"
#include "spendlog/decode.hpp"
#include "tally/edition_text.hpp"

#include <array>
#include <cmath>
#include <optional>
#include <set>

using namespace litellm_exporter;
using fuzz::require;

namespace {

constexpr std::size_t kLabelBytes = 64;

// The line with as many fields as are asked for; those that it lacks are NULL.
std::string with_all_columns(std::string line) {
  std::size_t fields = 1;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\t' && ++fields > kEnumCount<LogColumn>) {
      line.resize(i);
      fields = kEnumCount<LogColumn>;
    }
  }
  for (; fields < kEnumCount<LogColumn>; ++fields) {
    line += "\t\\N";
  }
  return line;
}

void check_label(const std::string& label) {
  require(label.size() <= kLabelBytes, "a label is bounded");
  require(fuzz::is_clean(label), "a label is clean");
}

void check_labels(const Row& row) {
  for (const std::string* label :
       {&row.model,          &row.provider,     &row.plain_provider,  &row.status_code,
        &row.group,          &row.own_code,     &row.requested_model, &row.deployment,
        &row.upstream_model, &row.team,         &row.team_alias,      &row.key,
        &row.key_alias,      &row.organization, &row.project,         &row.project_alias,
        &row.agent,          &row.user,         &row.end_user,        &row.tool}) {
    check_label(*label);
  }
  for (const std::string& dimension : row.dimensions) {
    check_label(dimension);
  }
  for (const std::string& tag : row.tags) {
    check_label(tag);
  }
  require(std::set(row.tags.begin(), row.tags.end()).size() == row.tags.size(),
          "a tag is counted once");
  for (const Row::Guardrail& guardrail : row.guardrails) {
    check_label(guardrail.name);
    check_label(guardrail.status);
  }
  require(fuzz::is_clean(row.api_host), "the name of a host is clean");
}

void check_numbers(const Row& row) {
  for (const double amount :
       {row.spend, row.input_tokens, row.output_tokens, row.cached_tokens,
        row.cache_creation_tokens, row.reasoning_tokens, row.input_audio_tokens,
        row.output_audio_tokens, row.input_image_tokens, row.output_image_tokens, row.input_cost,
        row.output_cost, row.tool_cost, row.retries, row.fallbacks}) {
    require(amount >= 0 && amount <= 1e15, "a counter can take an amount");
  }
  for (const auto& seconds : {row.duration, row.first_token, row.per_output_token, row.overhead}) {
    require(!seconds || (std::isfinite(*seconds) && *seconds >= 0), "time goes on");
  }
}

// As after a poll: counted, shown, rendered.
void check_page(const Row& row) {
  Config config;
  config.families.users = config.families.end_users = true;
  config.dimensions = {"one"};
  const Directory directory;
  DailyLevels levels;
  SeriesStore store{SeriesStore::Bounds{}};
  Counting counting(config, directory, store, levels);
  counting.learn(row);
  counting.count(row, 0, false);
  counting.count(row, 0, true);
  store.show_all();
  const auto page = EditionText().update(store, config.families);
  require(fuzz::is_utf8(page->plain), "a page is UTF-8");
  const auto faults = lint_page(page->plain);
  require(faults.empty(), faults.empty() ? "" : faults.front());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string line = with_all_columns(fuzz::text_of(data, size));
  postgres::CopyRow fields;
  fields.parse(line);
  Row row;
  try {
    decode_row(fields, kLabelBytes, row);
  } catch (const PollError& e) {
    require(e.reason() == Reason::decode, "a row is decoded or refused");
    return 0;
  }
  check_labels(row);
  check_numbers(row);
  check_page(row);
  return 0;
}

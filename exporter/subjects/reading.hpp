// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "entities/model_names.hpp"
#include "postgres/catalog.hpp"
#include "postgres/copy_row.hpp"
#include "postgres/session.hpp"
#include "subjects/findings.hpp"

#include <optional>
#include <set>
#include <string>

namespace litellm_exporter {

// The most rows that were seen of the last complete day: retention may delete some of them later,
// which is no loss.
struct AuditedDay {
  std::string date;
  double most = 0;
};

// What a subject reads and where its findings go, for one poll.
struct Reading {
  postgres::Snapshot& snapshot;
  const Config& config;
  const ModelNames& model_names;
  Findings& findings;
  AuditedDay& audited;
  // What the schema or the role does not give, in words.
  std::set<std::string>& gaps;

  // Looks a table up. Nothing if it does not exist: an older LiteLLM, noted as a gap. Throws
  // PollError if the role may not read the `needed` columns.
  std::optional<postgres::Table> table(const char* name, std::initializer_list<const char*> needed);
  // Whether the column can be read; a column without the right to it is noted.
  bool can_read(const postgres::Table& table, const char* name, const char* column);

  std::string label(const postgres::CopyRow& row, std::size_t column) const;
};

// Nothing for NULL and for what is no finite number.
std::optional<double> number(const postgres::CopyRow& row, std::size_t column);
bool is_true(const postgres::CopyRow& row, std::size_t column);

}  // namespace litellm_exporter

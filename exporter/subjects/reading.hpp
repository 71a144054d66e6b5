// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "metrics/findings.hpp"
#include "names/model_names.hpp"
#include "poll/error.hpp"
#include "postgres/copy_row.hpp"
#include "postgres/session.hpp"
#include "postgres/table.hpp"

#include <functional>
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

// What a poll does without because this LiteLLM or this role does not give it.
struct Gaps {
  // One text for each table or column.
  std::set<std::string> all;
  // Those of them that need no line of their own: nothing depends on them yet, or a failure says
  // it.
  std::set<std::string> quiet;
};

// What a subject reads and where its findings go, for one poll.
struct Reading {
  postgres::Snapshot& snapshot;
  const Config& config;
  const ModelNames& model_names;
  Findings& findings;
  AuditedDay& audited;
  Gaps& gaps;
  // What is reported once the findings are published: they are true, but not all there is.
  std::optional<PollError>& failure;

  // Looks a table up. Nothing if it does not exist: an older LiteLLM, noted as a gap. Throws
  // PollError if the role may not read the `needed` columns.
  std::optional<postgres::Table> table(const char* name, std::initializer_list<const char*> needed);
  // Whether the column can be read; one that cannot is noted.
  bool can_read(const postgres::Table& table, const char* name, const char* column);
  // Runs a part of the subject: if rights for it are missing, the other parts are read all the
  // same.
  void attempt(const std::function<void()>& part);

  std::string label(const postgres::CopyRow& row, std::size_t column) const;
};

// Nothing for NULL and for what is no finite number.
std::optional<double> number(const postgres::CopyRow& row, std::size_t column);
bool is_true(const postgres::CopyRow& row, std::size_t column);

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config.hpp"
#include "metrics/findings.hpp"
#include "names/model_names.hpp"
#include "poll/error.hpp"
#include "postgres/copy_row.hpp"
#include "postgres/session.hpp"
#include "postgres/table_access.hpp"
#include "subjects/month_to_date.hpp"
#include "subjects/worker_beats.hpp"

#include <functional>
#include <optional>
#include <string>

namespace litellm_exporter {

// The most rows that were seen of the last complete day: retention may delete some of them later,
// which is no loss.
struct AuditedDay {
  std::string date;
  double most = 0;
  // The rows when they were last looked into, and those of them that were no requests.
  double rows = 0;
  double no_requests = 0;
};

// What subjects remember from poll to poll.
struct Memory {
  AuditedDay audited;
  MonthToDate month;
  MonthToDate month_by_team;
  WorkerBeats workers;
};

// What a subject reads and where its findings go, for one poll.
struct Reading {
  postgres::TableAccess& tables;
  const Config& config;
  const ModelNames& model_names;
  Findings& findings;
  Memory& memory;
  // What is reported once the findings are published: they are true, but not all there is.
  std::optional<PollError>& failure;

  // Runs a part of the subject: if rights for it are missing, the other parts are read all the
  // same.
  void attempt(const std::function<void()>& part);
};

// Nothing for NULL and for what is no finite number.
std::optional<double> number(const postgres::CopyRow& row, std::size_t column);
bool is_true(const postgres::CopyRow& row, std::size_t column);

}  // namespace litellm_exporter

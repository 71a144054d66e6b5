// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/subject.hpp"
#include "subjects/reading.hpp"

#include <array>

namespace litellm_exporter {

// A subject that LiteLLM's tables answer.
struct TableSubject {
  SubjectInfo info;
  // Reads one snapshot and adds what it found. Throws PollError.
  void (*read)(Reading&);
  // Whether another subject fills the same gauges from a better source.
  bool (*superseded)(const Config&) = nullptr;
};

// Each stands in the file of its name, with its gauges, its SQL and what the labels become.
extern const TableSubject access_groups_subject;
extern const TableSubject accounting_subject;
extern const TableSubject agents_subject;
extern const TableSubject audit_subject;
extern const TableSubject end_users_subject;
extern const TableSubject keys_subject;
extern const TableSubject mcp_servers_subject;
extern const TableSubject model_health_subject;
extern const TableSubject organization_members_subject;
extern const TableSubject organizations_subject;
extern const TableSubject projects_subject;
extern const TableSubject spend_log_table_subject;
extern const TableSubject spend_subject;
extern const TableSubject tags_subject;
extern const TableSubject team_members_subject;
extern const TableSubject teams_subject;
extern const TableSubject users_subject;
extern const TableSubject workers_subject;

// In the order in which they are documented and polled.
// clang-format off
inline constexpr std::array kTableSubjects = {
    &keys_subject,
    &teams_subject,
    &users_subject,
    &organizations_subject,
    &projects_subject,
    &tags_subject,
    &team_members_subject,
    &organization_members_subject,
    &access_groups_subject,
    &agents_subject,
    &end_users_subject,
    &spend_subject,
    &audit_subject,
    &spend_log_table_subject,
    &model_health_subject,
    &workers_subject,
    &mcp_servers_subject,
    &accounting_subject,
};
// clang-format on

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "doctor/schema.hpp"

#include "spendlog/columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>
#include <vector>

namespace litellm_exporter::doctor {
namespace {

// Column of the spend log and the version that brought it, newest first.
constexpr std::array<std::pair<const char*, const char*>, 8> kVersions = {{
    {"litellm_call_id", "v1.103"},
    {"created_at", "v1.99"},
    {"request_duration_ms", "v1.82"},
    {"agent_id", "v1.80.10"},
    {"organization_id", "v1.80.8"},
    {"mcp_namespaced_tool_name", "v1.74"},
    {"status", "v1.69"},
    {"session_id", "v1.67"},
}};

// What nobody but LiteLLM should read: prompts, answers, passwords, credentials of providers.
constexpr std::array<std::pair<const char*, const char*>, 7> kPrivate = {{
    {"LiteLLM_SpendLogs", "messages"},
    {"LiteLLM_SpendLogs", "response"},
    {"LiteLLM_SpendLogs", "proxy_server_request"},
    {"LiteLLM_UserTable", "password"},
    {"LiteLLM_ProxyModelTable", "litellm_params"},
    {"LiteLLM_Config", "param_value"},
    {"LiteLLM_CredentialsTable", "credential_values"},
}};

}  // namespace

void examine_schema(const postgres::Table& log, Report& report) {
  if (!log.exists) {
    report.failure(
        "schema", "there is no table \"LiteLLM_SpendLogs\"",
        "check the database's name and ?schema= in the URL; has LiteLLM ever started on it?");
    return;
  }
  const char* version = "v1.65";
  for (const auto& [column, since] : kVersions) {
    if (log.readable.contains(column) || log.forbidden.contains(column)) {
      version = since;
      break;
    }
  }
  report.ok("schema", fmt::format("LiteLLM {} or later{}", version,
                                  log.partitioned ? ", the spend log is partitioned" : ""));
}

void examine_rights(postgres::Snapshot& snapshot, const postgres::Table& log, const char* advice,
                    Report& report) {
  if (snapshot.query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")[0][0]
          .as<bool>()) {
    report.warning("rights", "the role is a superuser: it may read and change everything", advice);
    return;
  }
  std::vector<std::string> open;
  for (const auto& [table, column] : kPrivate) {
    if (describe_table(snapshot, table).can_read(column)) {
      open.push_back(fmt::format("{}.{}", table, column));
    }
  }
  if (!open.empty()) {
    report.warning("rights", fmt::format("the role may read {}", fmt::join(open, ", ")), advice);
  }
  const bool writes =
      log.exists && snapshot
                        .query(
                            "SELECT has_table_privilege(to_regclass('\"LiteLLM_SpendLogs\"'),"
                            " 'INSERT, UPDATE, DELETE, TRUNCATE')")[0][0]
                        .as<bool>();
  if (writes) {
    report.warning("rights", "the role may change \"LiteLLM_SpendLogs\"", advice);
  }
  const std::vector<std::string> missing =
      log.exists ? missing_essentials(log) : std::vector<std::string>{};
  if (!missing.empty()) {
    report.failure(
        "rights",
        fmt::format("\"LiteLLM_SpendLogs\" cannot be counted without {}", fmt::join(missing, ", ")),
        "run role.sql as the owner of LiteLLM's tables");
    return;
  }
  const std::string gaps = log.exists ? describe_gaps(log) : "";
  if (!log.forbidden.empty() && !gaps.empty()) {
    report.warning("rights", "the spend log is read without " + gaps,
                   "run role.sql as the owner of LiteLLM's tables");
  } else if (open.empty() && !writes) {
    report.ok("rights", "what is needed and no more");
  }
}

}  // namespace litellm_exporter::doctor

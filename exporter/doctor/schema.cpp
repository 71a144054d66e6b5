// SPDX-License-Identifier: Apache-2.0
#include "doctor/schema.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

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

}  // namespace litellm_exporter::doctor

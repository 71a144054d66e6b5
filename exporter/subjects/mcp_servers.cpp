// SPDX-License-Identifier: Apache-2.0
#include "subjects/registry.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <string>

namespace litellm_exporter {
namespace {

constexpr Gauge kServers = {
    .name = "litellm_mcp_servers",
    .help =
        "MCP servers in LiteLLM_MCPServerTable by approval status; those of LiteLLM's "
        "configuration file are not in the table."};

constexpr const char* kTable = "LiteLLM_MCPServerTable";

// The table's "status" is meant for health, but LiteLLM checks a server only to answer a request,
// and stores nothing of it: the column says "unknown" for ever. What LiteLLM serves is "active",
// also where the row is older than approvals.
void read_mcp_servers(Reading& reading) {
  postgres::TableAccess& tables = reading.tables;
  const auto table = tables.find(kTable, {});
  if (!table || !tables.can_read(*table, "approval_status")) {
    return;
  }
  std::map<std::string, double, std::less<>> servers = {
      {"active", 0}, {"pending_review", 0}, {"rejected", 0}, {"draft", 0}, {"other", 0}};
  tables.stream(
      fmt::format("SELECT coalesce(nullif(approval_status, 'approved'), 'active'), count(*)"
                  " FROM {} GROUP BY 1",
                  tables.quoted(kTable)),
      [&](const postgres::CopyRow& row) {
        const auto listed = servers.find(row.at(0).value_or(""));
        (listed == servers.end() ? servers.at("other") : listed->second) +=
            number(row, 1).value_or(0);
      });
  for (const auto& [status, count] : servers) {
    reading.findings.add(kServers, count, {{"approval_status", status}});
  }
}

}  // namespace

constinit const TableSubject mcp_servers_subject = {
    .info = {.name = "mcp_servers",
             .summary = "MCP servers by approval status",
             .source = Source::database},
    .read = read_mcp_servers};

}  // namespace litellm_exporter

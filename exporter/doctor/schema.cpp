// SPDX-License-Identifier: Apache-2.0
#include "doctor/schema.hpp"

#include "postgres/quote.hpp"

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

// The catalog shows everybody which tables there are. First the schema that is searched.
void examine_absence(postgres::Snapshot& snapshot, Report& report) {
  const std::string path =
      snapshot.search_path().empty() ? snapshot.schema() : snapshot.search_path();
  const postgres::Result rows = snapshot.query(
      fmt::format("SELECT quote_ident(nspname), quote_ident(current_user), searched,"
                  " has_schema_privilege(oid, 'USAGE') FROM (SELECT n.oid, nspname, nspname = ANY("
                  "  string_to_array(replace(replace({}, '\"', ''), ' ', ''), ','))"
                  "  AS searched FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                  "  WHERE relname = {} AND relkind IN ('r', 'p')) found"
                  " ORDER BY searched DESC, nspname LIMIT 1",
                  postgres::quote_literal(path), postgres::quote_literal(kSpendLogTable)));
  if (rows.empty()) {
    report.failure(
        "schema", "there is no table \"LiteLLM_SpendLogs\"",
        "check the database's name and ?schema= in the URL; has LiteLLM ever started on it?");
    return;
  }
  const auto schema = rows[0][0].as<std::string>();
  const std::string searched = rows[0][2].as<bool>() ? "" : "add ?schema=" + schema + " to the URL";
  if (rows[0][3].as<bool>()) {
    report.failure("schema", "\"LiteLLM_SpendLogs\" is in the schema " + schema, searched);
  } else {
    report.failure(
        "schema", "the role may not use the schema " + schema,
        fmt::format("GRANT USAGE ON SCHEMA {} TO {}; as its owner, or run role.sql{}{}", schema,
                    rows[0][1].as<std::string>(), searched.empty() ? "" : "; and ", searched));
  }
}

}  // namespace

void examine_schema(postgres::Snapshot& snapshot, const postgres::Table& log, Report& report) {
  if (!log.exists) {
    examine_absence(snapshot, report);
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

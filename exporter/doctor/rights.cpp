// SPDX-License-Identifier: Apache-2.0
#include "doctor/rights.hpp"

#include "postgres/quote.hpp"
#include "spendlog/row_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace litellm_exporter::doctor {
namespace {

constexpr const char* kAdvice = "use a role of its own, made by role.sql";

// Nobody but LiteLLM should read these: prompts, answers, passwords, credentials of providers.
constexpr std::array<std::pair<const char*, const char*>, 7> kPrivate = {{
    {kSpendLogTable, "messages"},
    {kSpendLogTable, "response"},
    {kSpendLogTable, "proxy_server_request"},
    {"LiteLLM_UserTable", "password"},
    {"LiteLLM_ProxyModelTable", "litellm_params"},
    {"LiteLLM_Config", "param_value"},
    {"LiteLLM_CredentialsTable", "credential_values"},
}};

std::vector<std::string> texts(postgres::Snapshot& snapshot, const std::string& sql) {
  std::vector<std::string> list;
  const postgres::Result rows = snapshot.query(sql);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    list.push_back(rows[i][0].as<std::string>());
  }
  return list;
}

// The rights of the role in the whole cluster, in words.
std::vector<std::string> powers(postgres::Snapshot& snapshot) {
  const postgres::Result rows = snapshot.query(
      "SELECT rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles"
      " WHERE rolname = current_user");
  constexpr std::array<const char*, 4> kWords = {
      "make roles (CREATEROLE)", "make databases (CREATEDB)",
      "copy the whole cluster (REPLICATION)", "read past row security (BYPASSRLS)"};
  std::vector<std::string> found;
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (rows[0][i].as<bool>()) {
      found.emplace_back(kWords.at(i));
    }
  }
  // Files and programs of the server.
  for (const std::string& role :
       texts(snapshot,
             "SELECT rolname FROM pg_roles WHERE rolname ~ '^pg_.*server'"
             " AND pg_has_role(current_user, oid, 'MEMBER') ORDER BY 1")) {
    found.push_back("act as " + role);
  }
  return found;
}

std::vector<std::string> readable_secrets(postgres::Snapshot& snapshot) {
  std::vector<std::string> open;
  for (const auto& [table, column] : kPrivate) {
    if (look_at_table(snapshot, table).can_read(column)) {
      open.push_back(fmt::format("{}.{}", table, column));
    }
  }
  return open;
}

std::string of_litellm(const postgres::Snapshot& snapshot) {
  return " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
         " AND c.relname LIKE 'LiteLLM\\_%' AND n.nspname = " +
         postgres::quote_literal(snapshot.schema());
}

// LiteLLM's tables that the role may change, be it one column of them.
std::vector<std::string> writable_tables(postgres::Snapshot& snapshot) {
  return texts(snapshot, "SELECT c.relname FROM pg_class c" + of_litellm(snapshot) +
                             " AND (has_any_column_privilege(c.oid, 'INSERT, UPDATE')"
                             "  OR has_table_privilege(c.oid, 'DELETE, TRUNCATE')) ORDER BY 1");
}

// A list for one line of the screen.
std::string shortened(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 3;
  if (names.size() <= kMost) {
    return fmt::format("{}", fmt::join(names, ", "));
  }
  return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + kMost, ", "),
                     names.size() - kMost);
}

void examine_excess(postgres::Snapshot& snapshot, Report& report) {
  const std::vector<std::string> power = powers(snapshot);
  if (!power.empty()) {
    report.warning("rights", fmt::format("the role may {}", fmt::join(power, ", ")), kAdvice);
  }
  const std::vector<std::string> open = readable_secrets(snapshot);
  if (!open.empty()) {
    report.warning("rights", fmt::format("the role may read {}", fmt::join(open, ", ")), kAdvice);
  }
  const std::vector<std::string> writable = writable_tables(snapshot);
  if (!writable.empty()) {
    report.warning("rights", "the role may change " + shortened(writable), kAdvice);
  }
}

// A policy shows a role some rows; without one it sees none. A table that cannot be read whole is
// not read.
void examine_row_security(postgres::Snapshot& snapshot, Report& report) {
  std::vector<std::string> hidden;
  for (const std::string& table :
       texts(snapshot, "SELECT c.relname FROM pg_class c" + of_litellm(snapshot) +
                           " AND c.relrowsecurity AND has_any_column_privilege(c.oid, 'SELECT')"
                           " ORDER BY c.relname <> " +
                           postgres::quote_literal(kSpendLogTable) + ", 1")) {
    if (look_at_table(snapshot, table).hides_rows()) {
      hidden.push_back(table);
    }
  }
  if (!hidden.empty()) {
    report.failure("row security", "hides rows from the role: it is on for " + shortened(hidden),
                   "CREATE POLICY exporter ON each table FOR SELECT TO the role USING (true), or "
                   "switch it off: ALTER TABLE ... DISABLE ROW LEVEL SECURITY");
  }
}

}  // namespace

void examine_rights(postgres::Snapshot& snapshot, const postgres::Table& log, Report& report) {
  if (snapshot.query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")[0][0]
          .as<bool>()) {
    report.warning("rights", "the role is a superuser: it may read and change everything", kAdvice);
    return;
  }
  examine_row_security(snapshot, report);
  examine_excess(snapshot, report);
  if (!log.exists) {
    // Nothing is known of the rights that are needed; the schema's line says why.
    return;
  }
  if (const auto missing = missing_essentials(spend_log_table(), log); !missing.empty()) {
    report.failure(
        "rights",
        fmt::format("\"LiteLLM_SpendLogs\" cannot be counted without {}", fmt::join(missing, ", ")),
        "run role.sql as the owner of LiteLLM's tables");
    return;
  }
  // What LiteLLM's release does not have no right can bring.
  const std::string gaps = describe_forbidden(spend_log_table(), log);
  if (!gaps.empty()) {
    report.warning("rights", "the spend log is read without " + gaps,
                   "run role.sql as the owner of LiteLLM's tables");
  }
}

}  // namespace litellm_exporter::doctor

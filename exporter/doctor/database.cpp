// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "doctor/database_remedy.hpp"
#include "doctor/examine.hpp"
#include "doctor/ledger.hpp"
#include "doctor/rights.hpp"
#include "doctor/schema.hpp"
#include "doctor/sums.hpp"
#include "poll/error.hpp"
#include "postgres/quote.hpp"
#include "postgres/session.hpp"
#include "postgres/table.hpp"
#include "spendlog/row_table.hpp"
#include "spendlog/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace litellm_exporter::doctor {
namespace {

using postgres::Snapshot;

constexpr const char* kDaily = "LiteLLM_DailyUserSpend";

// One row, one value.
template <typename T>
T value(Snapshot& snapshot, const std::string& sql) {
  return snapshot.query(sql)[0][0].as<T>();
}

void examine_server(Snapshot& snapshot, const postgres::Conninfo& conninfo, Report& report) {
  const auto version = value<int>(snapshot, "SELECT current_setting('server_version_num')::int");
  const std::string text = fmt::format("{} answers, PostgreSQL {}.{}", conninfo.described,
                                       version / 10000, version % 10000);
  if (version < 130'000) {
    report.failure("database", text,
                   "PostgreSQL 13 or newer is needed: older ones have no pg_snapshot_xmin()");
  } else {
    report.ok("database", text);
  }
}

// True if nothing that is sent leaves the machine. A container's published port is reached by
// loopback, though the server sees another address; two containers on one bridge of Docker share a
// /16 of its default range. The bridge's own address may stand for anybody outside.
bool is_local(Snapshot& snapshot, const postgres::Conninfo& conninfo) {
  const std::string& host = conninfo.host;
  if (host.empty() || host.starts_with('/') || host == "localhost" || host.starts_with("127.") ||
      host == "::1") {
    return true;
  }
  return value<bool>(
      snapshot,
      "SELECT coalesce(client <<= inet '127.0.0.0/8' OR client = inet '::1'"
      " OR (client <<= inet '172.16.0.0/12' AND client <> gateway"
      "  AND server <<= network(set_masklen(client, 16))), true)"
      " FROM (SELECT inet_client_addr() AS client, inet_server_addr() AS server) a,"
      " LATERAL (SELECT set_masklen(network(set_masklen(client, 16))::inet, 32) + 1 AS gateway) g");
}

void examine_encryption(Snapshot& snapshot, const postgres::Conninfo& conninfo, Report& report) {
  const auto encrypted = value<bool>(
      snapshot,
      "SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)");
  const bool local = is_local(snapshot, conninfo);
  const bool verified = conninfo.verifies_server;
  if (encrypted && (verified || local)) {
    report.ok("tls", verified ? "encrypted, the server's certificate is checked" : "encrypted");
  } else if (encrypted) {
    report.warning("tls", "encrypted, but the server's certificate is not checked",
                   "add ?sslmode=verify-full&sslrootcert=FILE to the database URL");
  } else if (local) {
    report.ok("tls", "not encrypted, but it does not leave this machine");
  } else {
    report.warning("tls", "the connection to the database is not encrypted",
                   "add ?sslmode=verify-full to the database URL");
  }
}

void examine_clock(Snapshot& snapshot, Report& report) {
  using std::chrono::system_clock;
  const auto seconds = [] {
    return std::chrono::duration<double>(system_clock::now().time_since_epoch()).count();
  };
  const double before = seconds();
  const auto there =
      value<double>(snapshot, "SELECT extract(epoch from clock_timestamp())::float8");
  const double skew = there - (before + seconds()) / 2;
  const std::string text = fmt::format("the database's clock differs by {:.1f} s", std::abs(skew));
  if (std::abs(skew) > 5) {
    report.warning("clock", text, "let chrony or systemd-timesyncd set both clocks");
  } else {
    report.ok("clock", text);
  }
}

void examine_standby(Snapshot& snapshot, Report& report) {
  // Managed servers refuse some of these; counting does not depend on them.
  std::string refusal;
  const auto standby = snapshot.try_query("SELECT pg_is_in_recovery()", refusal);
  if (standby && !(*standby)[0][0].as<bool>()) {
    report.ok("standby", "a primary");
    return;
  }
  const auto told = snapshot.try_query(
      "SELECT EXISTS (SELECT FROM pg_stat_wal_receiver),"
      " pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn(),"
      " extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8",
      refusal);
  if (!standby || !told) {
    report.ok("standby", "the server does not say how far it is: " + refusal);
    return;
  }
  const postgres::Result& rows = *told;
  constexpr const char* kRemedy =
      "everything here is as late as the standby: look at its replication";
  const auto age = rows[0][2].as<double>(0);
  if (!rows[0][0].as<bool>()) {
    const std::string newest = rows[0][2].is_null()
                                   ? "and has replayed no transaction yet"
                                   : fmt::format("its newest transaction is {:.0f} s old", age);
    report.warning("standby", "a standby that receives nothing from its primary, " + newest,
                   kRemedy);
    return;
  }
  // An idle primary sends nothing: what has been replayed as far as it was received is no lag.
  const double lag = rows[0][1].as<bool>(false) ? 0 : age;
  const std::string text = fmt::format("a standby, {:.0f} s behind", lag);
  if (lag > 60) {
    report.warning("standby", text, kRemedy);
  } else {
    report.ok("standby", text);
  }
}

void examine_index(Snapshot& snapshot, Report& report) {
  const std::string log = postgres::quote_literal(snapshot.table(kSpendLogTable));
  const auto there = value<bool>(
      snapshot,
      fmt::format(
          "SELECT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
          " AND a.attnum = i.indkey[0] WHERE i.indrelid = {}::regclass"
          " AND a.attname = 'startTime' AND i.indisvalid AND i.indpred IS NULL)",
          log));
  const postgres::Result broken = snapshot.query(
      fmt::format("SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_attribute a"
                  " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
                  " JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'"
                  " WHERE i.indrelid = {}::regclass AND a.attname = 'startTime'"
                  " AND NOT i.indisvalid AND i.indpred IS NULL LIMIT 1",
                  log));
  if (there) {
    report.ok("index", "\"startTime\" has one");
  } else if (!broken.empty()) {
    const auto name = broken[0][0].as<std::string>();
    report.failure("index",
                   fmt::format("{} is invalid, for its making was interrupted: each poll reads the "
                               "whole table",
                               name),
                   "REINDEX INDEX CONCURRENTLY " + name);
  } else {
    report.failure(
        "index",
        R"(no valid index on "LiteLLM_SpendLogs"("startTime"): each poll reads the whole table)",
        "CREATE INDEX CONCURRENTLY \"LiteLLM_SpendLogs_startTime_idx\" ON "
        "\"LiteLLM_SpendLogs\" (\"startTime\")");
  }
}

void examine_size(Snapshot& snapshot, Report& report) {
  const postgres::Result rows = snapshot.query(fmt::format(
      "SELECT {}::float8,"
      " (SELECT extract(epoch from (now() AT TIME ZONE 'UTC') - \"startTime\")::float8 / 86400"
      "  FROM {} ORDER BY \"startTime\" LIMIT 1)",
      log_bytes_sql(snapshot), snapshot.table(kSpendLogTable)));
  const double gigabytes = rows[0][0].as<double>(0) / 1e9;
  if (rows[0][1].is_null()) {
    report.warning(
        "spend log", "\"LiteLLM_SpendLogs\" is empty",
        "if LiteLLM has served requests: is disable_spend_logs set, is this its database?");
    return;
  }
  const auto days = rows[0][1].as<double>();
  const std::string text =
      fmt::format("{:.1f} GB, oldest row {:.0f} days old", gigabytes, std::max(days, 0.0));
  if (days > 100 || gigabytes > 100) {
    report.warning(
        "spend log", text,
        "set general_settings.maximum_spend_logs_retention_period in LiteLLM, such as 90d");
  } else {
    report.ok("spend log", text);
  }
}

// The daily tables are written also when disable_spend_logs is set. Both are flushed seconds to
// minutes late, so that a difference means something only once the log has been silent for longer.
// Cost: index-only scans of today's rows.
void examine_activity(Snapshot& snapshot, bool counts_from_ledger, bool counts_from_sums,
                      Report& report) {
  if (!look_at_table(snapshot, kDaily).can_read("api_requests")) {
    return;
  }
  const postgres::Result rows = snapshot.query(
      fmt::format("SELECT (SELECT coalesce(sum(api_requests), 0) FROM {0} WHERE date >="
                  " to_char((now() AT TIME ZONE 'UTC') - interval '1 day', 'YYYY-MM-DD'))::float8,"
                  " EXISTS (SELECT FROM {1} WHERE \"startTime\" >="
                  "  date_trunc('day', (now() AT TIME ZONE 'UTC') - interval '1 day')),"
                  " (SELECT coalesce(sum(api_requests), 0) FROM {0} WHERE date ="
                  "  to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'))::float8,"
                  " (SELECT count(*) FROM {1} WHERE \"startTime\" >="
                  "  date_trunc('day', now() AT TIME ZONE 'UTC'))::float8,"
                  " EXISTS (SELECT FROM {1} WHERE \"startTime\" >="
                  "  (now() AT TIME ZONE 'UTC') - interval '15 minutes')",
                  snapshot.table(kDaily), snapshot.table(kSpendLogTable)));
  const auto requests = rows[0][0].as<double>(0);
  const auto today = rows[0][2].as<double>(0);
  const auto rows_today = rows[0][3].as<double>(0);
  const bool silent = !rows[0][4].as<bool>();
  constexpr double kFewest = 10;
  constexpr double kShare = 0.1;
  const auto missing = [&](const std::string& what) {
    if (counts_from_sums) {
      report.warning("log switch",
                     what +
                         ": requests are counted from LiteLLM's daily sums, which know no "
                         "durations and error classes",
                     "for those remove disable_spend_logs from LiteLLM's general_settings");
    } else {
      report.failure("log switch", what,
                     "remove disable_spend_logs from LiteLLM's general_settings: request counters "
                     "need the rows");
    }
  };
  if (counts_from_ledger) {
    report.ok("log switch", "what LiteLLM does not log is counted from its ledger");
  } else if (requests > 0 && !rows[0][1].as<bool>()) {
    missing(fmt::format("{:.0f} requests since yesterday, but no row in the spend log", requests));
  } else if (silent && today - rows_today > std::max(kFewest, kShare * today)) {
    missing(
        fmt::format("{:.0f} requests today, but {:.0f} rows in the spend log, none in "
                    "the last quarter of an hour",
                    today, rows_today));
  } else {
    report.ok("log switch", "LiteLLM writes rows as far as can be seen");
  }
}

}  // namespace

void examine_database(const Config& config, Report& report) {
  const postgres::Conninfo& conninfo = config.database.conninfo;
  std::unique_ptr<postgres::Session> session;
  // Each in a snapshot of its own: an error ends only the one that met it.
  const auto examine = [&](const char* subject, const std::function<void(Snapshot&)>& work) {
    try {
      if (!session) {
        session = std::make_unique<postgres::Session>(
            conninfo,
            postgres::SessionOptions{config.database.statement_timeout,
                                     config.database.connect_timeout},
            std::stop_token{});
      }
      session->in_snapshot(work, {}, postgres::kShortLock);
      return true;
    } catch (const PollError& e) {
      session.reset();
      report.failure(subject, fmt::format("{}: {}", conninfo.described, e.what()),
                     database_remedy(e));
      return false;
    }
  };
  if (!examine("database", [&](Snapshot& s) { examine_server(s, conninfo, report); })) {
    return;
  }
  examine("tls", [&](Snapshot& s) { examine_encryption(s, conninfo, report); });
  examine("clock", [&](Snapshot& s) { examine_clock(s, report); });
  examine("standby", [&](Snapshot& s) { examine_standby(s, report); });
  postgres::Table log;
  examine("schema", [&](Snapshot& s) {
    log = look_at_table(s, kSpendLogTable);
    examine_schema(s, log, report);
  });
  examine("rights", [&](Snapshot& s) { examine_rights(s, log, report); });
  if (log.exists && missing_essentials(spend_log_table(), log).empty()) {
    examine("index", [&](Snapshot& s) { examine_index(s, report); });
    examine("spend log", [&](Snapshot& s) { examine_size(s, report); });
    bool counts_from_ledger = false;
    examine("ledger", [&](Snapshot& s) { counts_from_ledger = examine_ledger(s, config, report); });
    bool counts_from_sums = false;
    examine("daily sums", [&](Snapshot& s) { counts_from_sums = examine_sums(s, config, report); });
    examine("log switch", [&](Snapshot& s) {
      examine_activity(s, counts_from_ledger, counts_from_sums, report);
    });
  }
}

}  // namespace litellm_exporter::doctor

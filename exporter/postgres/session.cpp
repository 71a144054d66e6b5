// SPDX-License-Identifier: Apache-2.0
#include "postgres/session.hpp"

#include "poll/error.hpp"
#include "postgres/hosts.hpp"
#include "postgres/quote.hpp"
#include "postgres/server_error.hpp"
#include "postgres/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

namespace litellm_exporter::postgres {
namespace {

// On top of the server's own statement timeout: only a server that no longer answers needs it.
constexpr Milliseconds kGrace{5'000};
constexpr Milliseconds kLongestStream = std::chrono::minutes(10);

// The session's own needs win over the URL: libpq takes the last value of a keyword that is given
// twice.
Conninfo with_our_settings(const Conninfo& conninfo) {
  Conninfo ours = conninfo;
  ours.text = Secret{
      "application_name=litellm-exporter keepalives_idle=30 keepalives_interval=10 "
      "keepalives_count=3 tcp_user_timeout=30000 " +
      conninfo.text.reveal() + " client_encoding=UTF8"};
  return ours;
}

// Each setting until the end of the transaction, without a function or an operator that another
// user could have put in the way. `raw_text` asks for texts as they are stored: the server would
// refuse a whole answer for one byte that is no UTF-8, while we can mend it.
std::string settings(Milliseconds timeout, Milliseconds lock_timeout, bool raw_text) {
  std::vector<std::pair<const char*, std::string>> values = {
      {"statement_timeout", std::to_string(timeout.count())},
      {"lock_timeout", std::to_string(lock_timeout.count())},
      {"idle_in_transaction_session_timeout", std::to_string((2 * timeout + kGrace).count())},
      {"TimeZone", "'UTC'"},
      {"DateStyle", "'ISO'"},
      {"IntervalStyle", "'postgres'"},
      {"bytea_output", "'hex'"},
      {"standard_conforming_strings", "on"},
      {"extra_float_digits", "1"},
      // A planner without statistics takes a third of the table for "recent" and scans it all;
      // JIT and parallel workers would cost a small query more than the query.
      {"enable_seqscan", "off"},
      {"jit", "off"},
      {"max_parallel_workers_per_gather", "0"},
      // The server refuses to read a table of which a policy may hide rows.
      {"row_security", "off"}};
  if (raw_text) {
    values.emplace_back("client_encoding", "SQL_ASCII");
  }
  std::string statements;
  for (const auto& [name, value] : values) {
    statements += fmt::format("; SET LOCAL {} = {}", name, value);
  }
  return statements;
}

constexpr const char* kPinnedPath = "SET LOCAL search_path = pg_catalog, pg_temp";

// PgBouncer gives each statement another server connection, so that there are no transactions.
bool pools_statements(std::string_view words) {
  return words.find("statement pooling mode") != std::string_view::npos;
}

}  // namespace

Session::Session(const Conninfo& conninfo, const SessionOptions& options,
                 const std::stop_token& stop)
    : options_(options),
      schema_given_(!conninfo.schema.empty()),
      schema_(conninfo.schema),
      connection_(with_our_settings(conninfo),
                  std::min(options.connect_timeout,
                           conninfo.connect_timeout.value_or(options.connect_timeout)),
                  stop) {}

void Session::in_snapshot(const std::function<void(Snapshot&)>& work,
                          std::optional<Milliseconds> limit,
                          std::optional<Milliseconds> lock_limit) {
  const Milliseconds timeout = limit.value_or(options_.statement_timeout);
  const Milliseconds deadline = timeout + kGrace;
  usable_ = false;
  try {
    begin(timeout, lock_limit.value_or(options_.statement_timeout));
    Snapshot snapshot(connection_, deadline, schema_, search_path_);
    work(snapshot);
    connection_.execute("COMMIT", deadline);
    usable_ = true;
  } catch (const ServerError& e) {
    roll_back();
    if (e.sqlstate() == "55P03") {
      throw PollError(Reason::timeout, std::string{"a table is locked: "} + e.what());
    }
    throw;
  } catch (const PollError& e) {
    // The reader's own word about what it found. A table may have moved to another schema.
    schema_found_ = schema_found_ && e.reason() != Reason::schema;
    roll_back();
    throw;
  }
}

bool Session::lock(std::int64_t key, Milliseconds lease, Milliseconds timeout) {
  usable_ = false;
  try {
    // In one message: nobody can come between the end of one transaction and the next.
    const Result taken =
        connection_.execute(fmt::format("{}BEGIN ISOLATION LEVEL READ COMMITTED, READ ONLY"
                                        "; SET LOCAL search_path = pg_catalog, pg_temp"
                                        "; SET LOCAL statement_timeout = {}"
                                        "; SET LOCAL idle_in_transaction_session_timeout = {}"
                                        "; SELECT pg_catalog.pg_try_advisory_xact_lock({})",
                                        std::exchange(locked_, false) ? "COMMIT; " : "",
                                        timeout.count(), lease.count(), key),
                            timeout);
    locked_ = taken[0][0].as<bool>();
    if (!locked_) {
      connection_.execute("COMMIT", timeout);
    }
    usable_ = true;
  } catch (const PollError&) {
    locked_ = false;
    roll_back();
    throw;
  }
  return locked_;
}

void Session::unlock(Milliseconds timeout) {
  if (std::exchange(locked_, false)) {
    usable_ = false;
    connection_.execute("COMMIT", timeout);
    usable_ = true;
  }
}

void Session::begin(Milliseconds timeout, Milliseconds lock_timeout) {
  const Milliseconds deadline = timeout + kGrace;
  const bool known = schema_given_ || schema_found_;
  std::string statements = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" +
                           settings(timeout, lock_timeout, connection_.speaks_utf8());
  try {
    connection_.execute(known ? statements + "; " + kPinnedPath : statements, deadline);
  } catch (const PollError& e) {
    if (pools_statements(e.what())) {
      throw PollError(Reason::query,
                      "PgBouncer pools by statement here (pool_mode = statement), which allows no "
                      "transactions: use pool_mode = transaction or session for this database");
    }
    throw;
  }
  if (!known) {
    look_up_schema(deadline);
    connection_.execute(kPinnedPath, deadline);
  }
}

void Session::look_up_schema(Milliseconds deadline) {
  // The search_path is still that of the role: every name here says where it is.
  const Result rows = connection_.execute(
      fmt::format(
          "SELECT (SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
          "  ON n.oid OPERATOR(pg_catalog.=) c.relnamespace WHERE c.oid OPERATOR(pg_catalog.=)"
          "  pg_catalog.to_regclass('\"{}\"')),"
          " pg_catalog.current_setting('search_path'), pg_catalog.current_schema()",
          kSpendLogTable),
      deadline);
  schema_found_ = !rows[0][0].is_null();
  schema_ = rows[0][schema_found_ ? 0 : 2].as<std::string>("public");
  search_path_ = rows[0][1].as<std::string>("");
}

void Session::roll_back() {
  usable_ = false;
  if (connection_.usable()) {
    try {
      connection_.execute("ROLLBACK", kGrace);
      usable_ = true;
    } catch (const PollError&) {
      // The session is replaced; the first error is the one to tell.
    }
  }
}

std::uint64_t Session::next_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

Result Snapshot::query(const std::string& sql) { return connection_.execute(sql, deadline_); }

std::optional<Result> Snapshot::try_query(const std::string& sql, std::string& refusal) {
  query("SAVEPOINT attempt");
  try {
    Result result = query(sql);
    query("RELEASE SAVEPOINT attempt");
    return result;
  } catch (const ServerError& e) {
    // A lock, a lack of time or of memory says nothing about the function.
    if (!connection_.usable() || e.reason() == Reason::timeout || e.sqlstate().starts_with("53")) {
      throw;
    }
    refusal = e.what();
    query("ROLLBACK TO SAVEPOINT attempt");
    return std::nullopt;
  }
}

void Snapshot::stream(const std::string& sql, const std::function<void(const CopyRow&)>& each) {
  connection_.copy(sql, deadline_, each);
}

void Snapshot::stream_on(const std::string& sql, const std::function<void(const CopyRow&)>& each) {
  constexpr int kMuchLonger = 10;
  const Milliseconds longest = std::max(kLongestStream, kMuchLonger * deadline_);
  query(fmt::format("SET LOCAL statement_timeout = {}", longest.count()));
  connection_.copy(sql, longest + kGrace, each, deadline_);
}

std::string Snapshot::table(std::string_view name) const {
  return quote_identifier(schema_) + "." + quote_identifier(name);
}

void Snapshot::accept_row_security() { query("SET LOCAL row_security = on"); }

}  // namespace litellm_exporter::postgres

// SPDX-License-Identifier: Apache-2.0
#include "postgres/session.hpp"

#include "base/text.hpp"
#include "poll/error.hpp"
#include "postgres/copy_row.hpp"

#include <fmt/format.h>
#include <pqxx/stream_from>

#include <atomic>
#include <utility>
#include <vector>

namespace litellm_exporter::postgres {
namespace {

// On top of the server's own statement timeout: only a server that no longer answers needs it.
constexpr Milliseconds kGrace{5'000};

constexpr const char* kLockNotAvailable = "55P03";

Reason reason_of(const pqxx::sql_error& error) {
  const std::string& state = error.sqlstate();
  if (state == "57014" || state == kLockNotAvailable) {  // query_canceled
    return Reason::timeout;
  }
  if (state == "42501") {  // insufficient_privilege
    return Reason::permission;
  }
  if (state == "42P01" || state == "42703") {  // undefined_table, undefined_column
    return Reason::schema;
  }
  return Reason::query;
}

// Nothing was sent yet, so that a rollback leaves the connection as it was.
bool refused_at_once(const pqxx::sql_error& error) {
  const Reason reason = reason_of(error);
  return error.sqlstate() == kLockNotAvailable || reason == Reason::permission ||
         reason == Reason::schema;
}

// In one statement, each setting until the end of the transaction.
std::string settings(Milliseconds timeout, Milliseconds lock_timeout, const std::string& schema) {
  std::vector<std::pair<const char*, std::string>> values = {
      {"statement_timeout", std::to_string(timeout.count())},
      {"lock_timeout", std::to_string(lock_timeout.count())},
      {"idle_in_transaction_session_timeout", std::to_string((2 * timeout + kGrace).count())},
      {"TimeZone", "UTC"},
      {"DateStyle", "ISO"},
      {"extra_float_digits", "1"},
      // Without statistics the planner takes a third of the table for "recent" and scans it all;
      // JIT and parallel workers would cost a small query more than the query.
      {"enable_seqscan", "off"},
      {"jit", "off"},
      {"max_parallel_workers_per_gather", "0"}};
  if (!schema.empty()) {
    values.emplace_back("search_path", fmt::format("\"{}\"", schema));
  }
  std::string statement;
  for (const auto& [name, value] : values) {
    statement += fmt::format("{} set_config('{}', '{}', true)", statement.empty() ? "SELECT" : ",",
                             name, value);
  }
  return statement;
}

// Ends the watch also when an exception ends the transaction, after its rollback.
class Armed {
 public:
  explicit Armed(Watchdog& watchdog) : watchdog_(watchdog) {}
  ~Armed() { watchdog_.disarm(); }
  Armed(const Armed&) = delete;
  Armed& operator=(const Armed&) = delete;

 private:
  Watchdog& watchdog_;
};

}  // namespace

Session::Session(const Conninfo& conninfo, const SessionOptions& options,
                 const std::stop_token& stop)
    : options_(options), schema_(conninfo.schema) {
  // What the URL itself says wins: in a connection string the last value of a keyword counts.
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.connect_timeout).count();
  const std::string text = fmt::format(
      "application_name=litellm-exporter connect_timeout={} keepalives_idle=30 "
      "keepalives_interval=10 keepalives_count=3 tcp_user_timeout=30000 client_encoding=UTF8 {}",
      seconds, conninfo.text.reveal());
  try {
    connection_ = std::make_unique<pqxx::connection>(text);
    watchdog_ = std::make_unique<Watchdog>(connection_->sock(), stop);
  } catch (const pqxx::failure& e) {
    throw PollError(Reason::connect, one_line(e.what()));
  }
}

void Session::in_snapshot(const std::function<void(Snapshot&)>& work,
                          std::optional<Milliseconds> limit,
                          std::optional<Milliseconds> lock_limit) {
  const Milliseconds timeout = limit.value_or(options_.statement_timeout);
  const Milliseconds lock_timeout = lock_limit.value_or(options_.statement_timeout);
  const Milliseconds deadline = timeout + kGrace;
  usable_ = false;
  watchdog_->arm(deadline);
  try {
    const Armed armed(*watchdog_);
    pqxx::transaction<pqxx::isolation_level::repeatable_read, pqxx::readwrite_policy::read_only>
        transaction(*connection_);
    transaction.exec(settings(timeout, lock_timeout, schema_));
    Snapshot snapshot(transaction, *watchdog_, deadline);
    work(snapshot);
    watchdog_->arm(deadline);
    transaction.commit();
    usable_ = true;
  } catch (const PollError& e) {
    // The reader's own word about the catalogue, before any row.
    usable_ = (e.reason() == Reason::permission || e.reason() == Reason::schema) && alive();
    throw;
  } catch (const pqxx::sql_error& e) {
    usable_ = refused_at_once(e) && alive();
    if (usable_ && e.sqlstate() == kLockNotAvailable) {
      throw PollError(Reason::timeout, "a table is locked: " + one_line(e.what()));
    }
    fail(reason_of(e), e);
  } catch (const pqxx::failure& e) {
    fail(Reason::query, e);
  }
}

std::uint64_t Session::next_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

bool Session::alive() const { return !watchdog_->expired() && connection_->is_open(); }

// Of a lost connection libpqxx speaks in words such as "Could not obtain client encoding".
void Session::fail(Reason reason, const pqxx::failure& error) const {
  if (watchdog_->expired()) {
    throw PollError(Reason::timeout, "the database did not answer in time");
  }
  if (!connection_->is_open()) {
    throw PollError(Reason::connect, "the connection to the database was lost");
  }
  throw PollError(reason, one_line(error.what()));
}

pqxx::result Snapshot::query(const std::string& sql) {
  watchdog_.arm(deadline_);
  return transaction_.exec(sql);
}

void Snapshot::stream(const std::string& sql, const std::function<void(const CopyRow&)>& each) {
  watchdog_.arm(deadline_);
  pqxx::stream_from rows(transaction_, "(" + sql + ")");
  std::string line;
  CopyRow row;
  while (rows.get_raw_line(line)) {
    row.parse(line);
    each(row);
  }
  rows.complete();
}

}  // namespace litellm_exporter::postgres

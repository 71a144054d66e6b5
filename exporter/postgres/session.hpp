// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"
#include "poll/error.hpp"
#include "postgres/conninfo.hpp"
#include "postgres/watchdog.hpp"

#include <pqxx/pqxx>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace litellm_exporter::postgres {

// For what is read whole at each poll: a table that is being altered must not hold up the others.
inline constexpr Milliseconds kShortLock{500};

struct SessionOptions {
  Milliseconds statement_timeout{10'000};
  Milliseconds connect_timeout{5'000};
};

class CopyRow;

// One REPEATABLE READ, READ ONLY transaction: every statement in it sees the same snapshot.
class Snapshot {
 public:
  // Both throw what libpqxx throws; Session::in_snapshot makes a PollError of it.
  pqxx::result query(const std::string& sql);
  // Streams the rows of a SELECT. A row is good only during the call: never more than one is held.
  void stream(const std::string& sql, const std::function<void(const CopyRow&)>& each);

 private:
  friend class Session;
  Snapshot(pqxx::transaction_base& transaction, Watchdog& watchdog, Milliseconds deadline)
      : transaction_(transaction), watchdog_(watchdog), deadline_(deadline) {}

  pqxx::transaction_base& transaction_;
  Watchdog& watchdog_;
  Milliseconds deadline_;
};

// A connection that reads and never writes. Belongs to one thread. Once it is no longer usable it
// must be replaced: libpqxx would otherwise reconnect behind our back in the middle of a poll.
class Session {
 public:
  // Connects. Throws PollError.
  Session(const Conninfo& conninfo, const SessionOptions& options, const std::stop_token& stop);

  // Runs `work` in one snapshot. The settings are local to the transaction, so they also hold
  // behind a pooler such as PgBouncer, which refuses start-up options and shares sessions. Without
  // a `timeout` of its own a statement has the session's, and waits for a lock no longer than
  // `lock_timeout`, or as long as it may run. Throws PollError; what `work` throws itself passes
  // through.
  void in_snapshot(const std::function<void(Snapshot&)>& work,
                   std::optional<Milliseconds> timeout = {},
                   std::optional<Milliseconds> lock_timeout = {});
  Milliseconds statement_timeout() const noexcept { return options_.statement_timeout; }
  // No other session of this process has had it, nor will.
  std::uint64_t id() const noexcept { return id_; }
  // Whether another snapshot can be taken. After an exception only if the server refused the work
  // before it sent a row: a right, a table, a column or a lock was missing.
  bool usable() const noexcept { return usable_; }

 private:
  bool alive() const;
  [[noreturn]] void fail(Reason reason, const pqxx::failure& error) const;

  static std::uint64_t next_id() noexcept;

  std::uint64_t id_ = next_id();
  SessionOptions options_;
  std::string schema_;
  bool usable_ = true;
  std::unique_ptr<pqxx::connection> connection_;
  std::unique_ptr<Watchdog> watchdog_;
};

}  // namespace litellm_exporter::postgres

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"
#include "poll/error.hpp"
#include "postgres/connection.hpp"
#include "postgres/conninfo.hpp"
#include "postgres/copy_row.hpp"
#include "postgres/result.hpp"

#include <cstdint>
#include <functional>
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

class Session;

// One REPEATABLE READ, READ ONLY transaction: every statement in it sees the same snapshot. Its
// search_path is pg_catalog alone, so that no operator or function of another user can run with
// this role's rights; tables are named with their schema.
class Snapshot {
 public:
  // All throw PollError, ServerError where the server refused.
  Result query(const std::string& sql);
  // Asks for what the server may refuse: then nothing, its words in `refusal`, and the transaction
  // goes on.
  std::optional<Result> try_query(const std::string& sql, std::string& refusal);
  // Streams the rows of a SELECT. A row is good only during the call: never more than one is held.
  void stream(const std::string& sql, const std::function<void(const CopyRow&)>& each);
  // The same where there may be any number of rows: what bounds a statement elsewhere is here the
  // time in which nothing comes. For the rest of the transaction the server's own limit is one that
  // only matters if nobody listens any more.
  void stream_on(const std::string& sql, const std::function<void(const CopyRow&)>& each);

  // One of LiteLLM's tables with its schema, quoted. `name` is a constant of ours.
  std::string table(std::string_view name) const;
  // The schema of LiteLLM's tables, and the search_path in which it was looked for.
  const std::string& schema() const noexcept { return schema_; }
  const std::string& search_path() const noexcept { return search_path_; }
  // For the rest of the transaction the server applies row security instead of refusing to read.
  // For tables whose policies show this role every row.
  void accept_row_security();

 private:
  friend class Session;
  Snapshot(Connection& connection, Milliseconds deadline, const std::string& schema,
           const std::string& search_path)
      : connection_(connection), deadline_(deadline), schema_(schema), search_path_(search_path) {}

  Connection& connection_;
  Milliseconds deadline_;
  const std::string& schema_;
  const std::string& search_path_;
};

// A connection that reads and never writes. Belongs to one thread. Once it is no longer usable it
// must be replaced.
class Session {
 public:
  // Connects. Throws PollError.
  Session(const Conninfo& conninfo, const SessionOptions& options, const std::stop_token& stop);

  // Runs `work` in one snapshot. The settings are local to the transaction, so they also hold
  // behind a pooler such as PgBouncer, which refuses start-up options and shares sessions.
  // `timeout` bounds a statement and `lock_timeout` its wait for a lock; without them both are the
  // session's statement_timeout. Throws PollError; what `work` throws itself passes through.
  void in_snapshot(const std::function<void(Snapshot&)>& work,
                   std::optional<Milliseconds> timeout = {},
                   std::optional<Milliseconds> lock_timeout = {});
  // Takes an advisory lock, or keeps it for another while: the server gives it to somebody else
  // once this has not been called again for as long as `lease`, and at once when the connection
  // ends. False if somebody else has it. The lock is held by a transaction, so that it is one
  // behind a pooler, too; each call begins it anew, so that it holds up no vacuum. Throws
  // PollError.
  bool lock(std::int64_t key, Milliseconds lease, Milliseconds timeout);
  void unlock(Milliseconds timeout);
  Milliseconds statement_timeout() const noexcept { return options_.statement_timeout; }
  // No other session of this process has had it, nor will.
  std::uint64_t id() const noexcept { return id_; }
  // Whether another snapshot can be taken.
  bool usable() const noexcept { return usable_; }

 private:
  void begin(Milliseconds timeout, Milliseconds lock_timeout);
  void look_up_schema(Milliseconds deadline);
  void roll_back();

  static std::uint64_t next_id() noexcept;

  std::uint64_t id_ = next_id();
  SessionOptions options_;
  // From the URL; otherwise it is looked up.
  bool schema_given_;
  std::string schema_;
  bool schema_found_ = false;
  std::string search_path_;
  bool usable_ = true;
  // A transaction is open that holds the advisory lock.
  bool locked_ = false;
  Connection connection_;
};

}  // namespace litellm_exporter::postgres

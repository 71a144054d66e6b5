// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/duration.hpp"
#include "base/stop_event.hpp"
#include "postgres/conninfo.hpp"
#include "postgres/copy_row.hpp"
#include "postgres/result.hpp"

#include <libpq-fe.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace litellm_exporter::postgres {

// One connection of libpq, never blocked: every wait ends at its deadline or when a stop is
// requested, whatever the server, a pooler or the network does. (Only the resolver is asked in the
// way that blocks.) What arrives is bounded, too: a single row or answer of more than 16 MiB ends
// the connection. Belongs to one thread.
class Connection {
 public:
  // Connects; each address of each host has `timeout`. Throws PollError.
  Connection(const Conninfo& conninfo, Milliseconds timeout, const std::stop_token& stop);

  // Runs one or several statements and returns what the last one answered. Throws ServerError for
  // what the server refuses, else PollError.
  Result execute(const std::string& sql, Milliseconds timeout);
  // Streams the rows of a SELECT; never more than one row is held. What `each` throws passes
  // through and leaves the connection unusable. With `silence` the server is asked to end the
  // statement where nothing has come for so long, and says so as if its own time were up.
  void copy(const std::string& select, Milliseconds timeout,
            const std::function<void(const CopyRow&)>& each,
            std::optional<Milliseconds> silence = {});

  // Whether stored texts are UTF-8, or bytes that nobody has ever looked at.
  bool speaks_utf8() const;
  // False after anything but a refusal: an answer may be under way, so that the next statement
  // would read it as its own.
  bool usable() const noexcept { return usable_; }

 private:
  using Clock = std::chrono::steady_clock;
  using OwnedResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

  void connect(const std::string& conninfo, Milliseconds timeout);
  void send(const std::string& sql, Milliseconds timeout);
  void flush();
  // Reads what has arrived, waiting for it if need be.
  void receive();
  // Counts what is about to be read; throws if that is more than `most` bytes.
  void note_arrival(std::size_t most);
  // The next result of the statement; nothing after the last.
  PGresult* next_result();
  // Reads up to the end of the statement, whose first result this is. Returns the last one, throws
  // what the server refused.
  OwnedResult finish(OwnedResult result);
  bool next_row(std::string& line);
  // Asks the server to end the statement, without waiting for anything.
  void cancel();
  void wait_for(short events);
  // Whether that has come before the time is up. Throws when a stop is requested.
  bool ready(short events, Clock::time_point until);

  StopEvent stop_;
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_{nullptr, &PQfinish};
  Clock::time_point deadline_;
  // How long nothing may come before the statement is cancelled; nothing once it was.
  std::optional<Milliseconds> silence_;
  // Bytes that arrived since the last row or statement began.
  std::size_t received_ = 0;
  bool usable_ = false;
};

}  // namespace litellm_exporter::postgres

// SPDX-License-Identifier: Apache-2.0
#include "postgres/database.hpp"

#include "base/log.hpp"
#include "poll/error.hpp"

namespace litellm_exporter::postgres {

Database::Database(Conninfo conninfo, SessionOptions options, StatusBoard& board)
    : conninfo_(std::move(conninfo)), options_(options), board_(board) {
  log::hide(conninfo_.password);
}

void Database::with_session(const std::stop_token& stop,
                            const std::function<void(Session&)>& work) {
  try {
    if (!session_) {
      session_ = std::make_unique<Session>(conninfo_, options_, stop);
      log::info("connected", {{"database", conninfo_.described}});
    }
    work(*session_);
    board_.set_database_up(true);
  } catch (const PollError& e) {
    session_.reset();
    // A query that is refused was at least answered.
    const bool answered = e.reason() != Reason::connect && e.reason() != Reason::timeout;
    board_.set_database_up(answered);
    throw;
  } catch (...) {
    session_.reset();
    throw;
  }
}

}  // namespace litellm_exporter::postgres

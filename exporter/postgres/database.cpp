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
  // One attempt for all collectors of a round: with a server that swallows packets each would take
  // the whole connect timeout.
  constexpr std::chrono::seconds kPause{1};
  if (refused_ && Clock::now() - refused_at_ < kPause) {
    throw PollError(*refused_);
  }
  refused_.reset();
  try {
    if (!session_) {
      session_ = std::make_unique<Session>(conninfo_, options_, stop);
      log::info("connected", {{"database", conninfo_.described}});
    }
    work(*session_);
    board_.set_database_up(true);
  } catch (const PollError& e) {
    const bool usable = session_ && session_->usable();
    if (!usable) {
      session_.reset();
    }
    // A query that is refused was at least answered.
    const bool answered =
        usable || (e.reason() != Reason::connect && e.reason() != Reason::timeout);
    if (e.reason() == Reason::connect) {
      refused_ = e;
      refused_at_ = Clock::now();
    }
    board_.set_database_up(answered);
    throw;
  } catch (...) {
    session_.reset();
    throw;
  }
}

}  // namespace litellm_exporter::postgres

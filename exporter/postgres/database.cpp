// SPDX-License-Identifier: Apache-2.0
#include "postgres/database.hpp"

#include "base/log.hpp"
#include "poll/error.hpp"

namespace litellm_exporter::postgres {

Database::Database(Conninfo conninfo, SessionOptions options, Answered answered, Reread reread)
    : conninfo_(std::move(conninfo)),
      options_(options),
      answered_(answered ? std::move(answered) : [](bool) {}),
      reread_(std::move(reread)) {}

void Database::connect(const std::stop_token& stop) {
  const auto attempt = [&] { session_ = std::make_unique<Session>(conninfo_, options_, stop); };
  try {
    attempt();
  } catch (const PollError&) {
    refused_ = std::current_exception();
    refused_at_ = Clock::now();
    // The file may hold a rotated password. The words of the refusal do not tell: a pooler's
    // differ.
    if (stop.stop_requested() || !found_another_conninfo()) {
      throw;
    }
    attempt();
    refused_ = nullptr;
  }
  log::info("connected", {{"database", conninfo_.described}});
}

bool Database::found_another_conninfo() {
  auto fresh = reread_ ? reread_() : std::nullopt;
  if (!fresh) {
    return false;
  }
  const bool changed = *fresh != conninfo_;
  // The files of an identity may have changed under the same name.
  if (!changed && !fresh->identity) {
    return false;
  }
  conninfo_ = std::move(*fresh);
  if (!changed) {
    return true;
  }
  log::info("the database's URL has changed in its file: connecting with the new one",
            {{"database", conninfo_.described}});
  return true;
}

void Database::with_session(const std::stop_token& stop,
                            const std::function<void(Session&)>& work) {
  // One attempt for all collectors of a round: with a server that swallows packets each would take
  // the whole connect timeout.
  constexpr std::chrono::seconds kPause{1};
  if (refused_ && Clock::now() - refused_at_ < kPause) {
    std::rethrow_exception(refused_);
  }
  refused_ = nullptr;
  try {
    if (!session_) {
      connect(stop);
    }
    work(*session_);
    answered_(true);
  } catch (const PollError& e) {
    const bool usable = session_ && session_->usable();
    if (!usable) {
      session_.reset();
    }
    // A query that is refused was at least answered.
    const bool answered =
        usable || (e.reason() != Reason::connect && e.reason() != Reason::timeout);
    if (!stop.stop_requested()) {
      answered_(answered);
    }
    throw;
  } catch (...) {
    session_.reset();
    throw;
  }
}

}  // namespace litellm_exporter::postgres

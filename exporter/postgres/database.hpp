// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "poll/error.hpp"
#include "postgres/session.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

namespace litellm_exporter::postgres {

// Reads the connection string from its source again, in case the password was changed meanwhile;
// returns nothing if that fails.
using Reread = std::function<std::optional<Conninfo>()>;

// Is told after each use whether the server answered.
using Answered = std::function<void(bool)>;

// Keeps one session open for its worker and replaces it once it is not usable. Belongs to one
// thread.
class Database {
 public:
  Database(Conninfo conninfo, SessionOptions options, Answered answered = {}, Reread reread = {});

  // Connects if need be and runs `work`. Throws PollError.
  void with_session(const std::stop_token& stop, const std::function<void(Session&)>& work);

 private:
  void connect(const std::stop_token& stop);
  bool found_another_conninfo();

  Conninfo conninfo_;
  SessionOptions options_;
  Answered answered_;
  Reread reread_;
  std::unique_ptr<Session> session_;
  // The last attempt to connect, if it failed.
  using Clock = std::chrono::steady_clock;
  std::exception_ptr refused_;
  Clock::time_point refused_at_;
};

}  // namespace litellm_exporter::postgres

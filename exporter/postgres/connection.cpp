// SPDX-License-Identifier: Apache-2.0
#include "postgres/connection.hpp"

#include "base/text.hpp"
#include "base/threads.hpp"
#include "poll/error.hpp"
#include "postgres/connect_error.hpp"
#include "postgres/hosts.hpp"
#include "postgres/server_error.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/ioctl.h>

namespace litellm_exporter::postgres {
namespace {

// The largest row that a well-meaning server sends has a few hundred kilobytes.
constexpr std::size_t kMostBytes = 16U << 20U;
constexpr std::size_t kMostAtLogin = 1U << 20U;
constexpr std::size_t kLongestWords = 500;
// How long a server may take to end a statement that was cancelled.
constexpr Milliseconds kMostForCancel{5'000};
// The last column of each row: a pooler that is cut off in the middle of a row fills it up with its
// own error message, and a row that does not end as it should is not believed.
constexpr std::string_view kEndOfRow = ".";

std::string words(const char* text) {
  return text == nullptr ? std::string{} : clean_label(one_line(text), kLongestWords);
}

std::string words_of(const PGresult* result) {
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (primary == nullptr) {
    return words(PQresultErrorMessage(result));
  }
  const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY);
  return words(severity == nullptr ? "ERROR" : severity) + ": " + words(primary);
}

[[noreturn]] void fail_lost(const std::string& why) {
  throw PollError(Reason::connect, "the connection to the database was lost" +
                                       (why.empty() ? std::string{} : ": " + why));
}

[[noreturn]] void fail_strange() {
  throw PollError(Reason::decode, "the database answered something else than was asked for");
}

// Throws what an error result says.
[[noreturn]] void fail(const PGresult* result) {
  const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr || reason_of(state) == Reason::connect) {
    fail_lost(words_of(result));
  }
  throw ServerError(state, words_of(result));
}

}  // namespace

Connection::Connection(const Conninfo& conninfo, Milliseconds timeout,
                       const std::stop_token& stop) try
    : stop_(stop) {
  std::exception_ptr refusal;
  const auto succeeds = [&](const auto& attempt) {
    try {
      attempt();
      return true;
    } catch (const PollError&) {
      refusal = std::current_exception();
      if (stop.stop_requested()) {
        throw;
      }
      return false;
    }
  };
  // An address that swallows packets costs its own time, not that of the next one.
  for (const std::string& host : each_host(conninfo.text.reveal())) {
    std::vector<std::string> places;
    if (!succeeds([&] { places = each_address(host, timeout, stop); })) {
      continue;
    }
    for (const std::string& place : places) {
      if (succeeds([&] { connect(place, timeout); })) {
        return;
      }
    }
  }
  std::rethrow_exception(refusal);
} catch (const std::system_error& e) {
  // Looking a name up takes a thread.
  throw PollError(Reason::connect, is_lack_of_threads(e) ? kNoThread : e.what());
}

void Connection::connect(const std::string& conninfo, Milliseconds timeout) {
  deadline_ = Clock::now() + timeout;
  received_ = 0;
  connection_.reset(PQconnectStart(conninfo.c_str()));
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (connection_ && PQstatus(connection_.get()) != CONNECTION_BAD) {
    if (next == PGRES_POLLING_OK) {
      PQsetnonblocking(connection_.get(), 1);
      PQsetNoticeReceiver(
          connection_.get(), [](void*, const PGresult*) {}, nullptr);
      usable_ = true;
      return;
    }
    if (next == PGRES_POLLING_FAILED) {
      break;
    }
    try {
      wait_for(next == PGRES_POLLING_READING ? POLLIN : POLLOUT);
    } catch (const PollError&) {
      throw ConnectError(ConnectError::Cause::silent_server,
                         "connection to the database failed: timeout expired");
    }
    note_arrival(kMostAtLogin);
    next = PQconnectPoll(connection_.get());
  }
  throw PollError(Reason::connect, words(PQerrorMessage(connection_.get())));
}

Result Connection::execute(const std::string& sql, Milliseconds timeout) {
  send(sql, timeout);
  return Result(finish(OwnedResult(next_result(), &PQclear)).release());
}

void Connection::copy(const std::string& select, Milliseconds timeout,
                      const std::function<void(const CopyRow&)>& each,
                      std::optional<Milliseconds> silence) {
  send("COPY (SELECT q.*, '" + std::string{kEndOfRow} + "' FROM (" + select + ") q) TO STDOUT",
       timeout);
  silence_ = silence;
  OwnedResult first(next_result(), &PQclear);
  const bool begun = PQresultStatus(first.get()) == PGRES_COPY_OUT;
  if (begun) {
    const auto columns = static_cast<std::size_t>(PQnfields(first.get()));
    std::string line;
    CopyRow row;
    while (next_row(line)) {
      row.parse(line);
      if (row.size() != columns || row.at(columns - 1) != kEndOfRow) {
        fail_lost("a row was cut off in the middle");
      }
      row.drop_last();
      each(row);
    }
    first.reset(next_result());
  }
  finish(std::move(first));
  if (!begun) {
    usable_ = false;
    fail_strange();
  }
}

bool Connection::speaks_utf8() const {
  const char* const encoding = PQparameterStatus(connection_.get(), "server_encoding");
  const std::string_view name = encoding == nullptr ? "" : encoding;
  return name == "UTF8" || name == "SQL_ASCII";
}

void Connection::send(const std::string& sql, Milliseconds timeout) {
  if (!usable_) {
    fail_lost("");
  }
  usable_ = false;
  received_ = 0;
  silence_.reset();
  deadline_ = Clock::now() + timeout;
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) {
    fail_lost(words(PQerrorMessage(connection_.get())));
  }
  flush();
}

void Connection::flush() {
  // A failure is not told here: what the server said before it left is still to be read.
  while (PQflush(connection_.get()) == 1) {
    wait_for(POLLIN | POLLOUT);
    if (PQconsumeInput(connection_.get()) == 0) {
      return;
    }
  }
}

void Connection::receive() {
  if (silence_ && !ready(POLLIN, std::min(deadline_, Clock::now() + *silence_))) {
    cancel();
    silence_.reset();
    deadline_ = std::min(deadline_, Clock::now() + kMostForCancel);
  }
  wait_for(POLLIN);
  note_arrival(kMostBytes);
  if (PQconsumeInput(connection_.get()) == 0) {
    fail_lost(words(PQerrorMessage(connection_.get())));
  }
  while (PGnotify* const notify = PQnotifies(connection_.get())) {
    PQfreemem(notify);
  }
}

void Connection::note_arrival(std::size_t most) {
  int waiting = 0;
  ::ioctl(PQsocket(connection_.get()), FIONREAD, &waiting);
  received_ += static_cast<std::size_t>(std::max(waiting, 0));
  if (received_ > most) {
    usable_ = false;
    throw PollError(Reason::decode, "the database sent more than a row or an answer may hold");
  }
}

PGresult* Connection::next_result() {
  while (PQisBusy(connection_.get()) != 0) {
    receive();
  }
  return PQgetResult(connection_.get());
}

Connection::OwnedResult Connection::finish(OwnedResult result) {
  OwnedResult last(nullptr, &PQclear);
  OwnedResult error(nullptr, &PQclear);
  for (; result; result.reset(next_result())) {
    switch (PQresultStatus(result.get())) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK:
      case PGRES_EMPTY_QUERY:
        last = std::move(result);
        break;
      case PGRES_FATAL_ERROR:
      case PGRES_NONFATAL_ERROR:
        // The first error is the cause of any other.
        (error ? last : error) = std::move(result);
        break;
      default:
        // libpq would report a COPY that nobody asked for again and again.
        fail_strange();
    }
  }
  usable_ = PQstatus(connection_.get()) == CONNECTION_OK;
  if (error) {
    fail(error.get());
  }
  return last;
}

bool Connection::next_row(std::string& line) {
  char* data = nullptr;
  int length = 0;
  while ((length = PQgetCopyData(connection_.get(), &data, /*async=*/1)) == 0) {
    receive();
  }
  if (length < 0) {
    return false;
  }
  line.assign(data, static_cast<std::size_t>(length));
  PQfreemem(data);
  received_ = 0;
  return true;
}

void Connection::cancel() {
  // libpq connects for it in the way that blocks: so it is left alone. Should it arrive late, it
  // costs the next poll.
  std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> request(PQgetCancel(connection_.get()),
                                                             &PQfreeCancel);
  try {
    std::thread([request = std::move(request)] {
      std::array<char, kLongestWords> refusal{};
      PQcancel(request.get(), refusal.data(), static_cast<int>(refusal.size()));
    }).detach();
  } catch (const std::system_error&) {
    // Without a thread the statement has the time that the server gives it.
  }
}

void Connection::wait_for(short events) {
  if (!ready(events, deadline_)) {
    throw PollError(Reason::timeout, "the database did not answer in time");
  }
}

bool Connection::ready(short events, Clock::time_point until) {
  // poll() does not show the bytes that TLS has unpacked already.
  auto* const tls = static_cast<SSL*>(PQgetssl(connection_.get()));
  if ((events & POLLIN) != 0 && tls != nullptr && SSL_pending(tls) > 0) {
    return true;
  }
  while (true) {
    const auto left = std::chrono::ceil<Milliseconds>(until - Clock::now()).count();
    std::array<pollfd, 2> waiting = {
        {{PQsocket(connection_.get()), events, 0}, {stop_.descriptor(), POLLIN, 0}}};
    const int come = left <= 0 ? 0 : ::poll(waiting.data(), waiting.size(), static_cast<int>(left));
    if (waiting[1].revents != 0) {
      throw PollError(Reason::connect, "stopped");
    }
    if (come == 0) {
      return false;
    }
    if (come > 0) {
      return true;
    }
  }
}

}  // namespace litellm_exporter::postgres

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/session.hpp"
#include "spendlog/position.hpp"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace litellm_exporter {

// The facts that a server may tell beside the snapshot itself; each is optional.
enum class ServerFact : std::uint8_t { system, timeline, started, recovery, replayed };

// Asks a server where a snapshot stands. Only the snapshot itself is indispensable: every other
// function may be refused, as managed servers do, or answer NULL for ever. Then the reader goes on
// without it and says once what is lost. Belongs to one thread. Throws PollError.
class PositionReader {
 public:
  // A quiet one leaves it to another to tell the log what a server refuses.
  explicit PositionReader(bool quiet = false) : quiet_(quiet) {}

  // Another session may reach another server: what was refused is asked for again.
  void begin(std::uint64_t session);

  Identity identity(postgres::Snapshot& snapshot);
  Position position(postgres::Snapshot& snapshot);

  // The functions that this server refuses, each with what is lost, in words.
  std::vector<std::string> refused() const;

 private:
  using Fact = ServerFact;
  using Answers = std::map<Fact, std::optional<std::string>>;

  Answers ask(postgres::Snapshot& snapshot, std::initializer_list<Fact> facts);
  std::optional<std::string> ask_alone(postgres::Snapshot& snapshot, Fact fact);
  bool is_refused(Fact fact) const { return refused_.contains(fact); }
  void refuse(Fact fact, const std::string& words);

  bool quiet_;
  std::uint64_t session_ = 0;
  std::map<Fact, std::string> refused_;
  // Facts whose refusal was logged, across sessions.
  std::map<Fact, std::string> said_;
  // Facts that this session has answered: they need no savepoint.
  std::set<Fact> proven_;
};

}  // namespace litellm_exporter

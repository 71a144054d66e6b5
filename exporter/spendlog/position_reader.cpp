// SPDX-License-Identifier: Apache-2.0
#include "spendlog/position_reader.hpp"

#include "base/enum_array.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "postgres/quote.hpp"
#include "postgres/server_error.hpp"

#include <fmt/format.h>

#include <utility>

namespace litellm_exporter {

namespace {

struct About {
  const char* function;
  // Text, or NULL.
  const char* expression;
  const char* loses;
};

constexpr EnumArray<ServerFact, About> kFacts{
    {ServerFact::system,
     {"pg_control_system()", "(SELECT system_identifier::text FROM pg_control_system())",
      "another cluster at the same address is only known by its databases' ids"}},
    {ServerFact::timeline,
     {"pg_control_checkpoint()", "(SELECT timeline_id::text FROM pg_control_checkpoint())",
      "a failover is only known by the server's start"}},
    {ServerFact::started,
     {"pg_postmaster_start_time()", "pg_postmaster_start_time()::text",
      "a restart is only known by the session's end, behind a pooler not at all"}},
    {ServerFact::recovery,
     {"pg_is_in_recovery()", "pg_is_in_recovery()::text",
      "it is taken for a standby, which costs a look at the newest row"}},
    {ServerFact::replayed,
     {"pg_last_xact_replay_timestamp()",
      "((extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000000)::bigint)::text",
      "how far a standby has replayed is only known by its newest row"}},
};

const About& about(ServerFact fact) { return kFacts[fact]; }

// From 2000 to 9999: outside no clock is right, and arithmetic stays far from the ends of 64 bits.
constexpr Micros kEarliest = 946'684'800'000'000;
constexpr Micros kLatest = 253'402'300'799'000'000;
constexpr Xid kHighestXid = Xid{1} << 62;

bool plausible(Micros time) { return time >= kEarliest && time <= kLatest; }

template <typename T>
std::optional<T> number(const std::optional<std::string>& text) {
  const auto value = text ? parse_number(*text) : std::nullopt;
  constexpr double kLargest = sizeof(T) > 4 ? 9e18 : 4e9;
  return value && *value >= 0 && *value < kLargest ? std::optional{static_cast<T>(*value)}
                                                   : std::nullopt;
}

std::optional<std::string> text_of(const postgres::Value& value) {
  return value.is_null() ? std::nullopt : std::optional{value.as<std::string>()};
}

}  // namespace

void PositionReader::begin(std::uint64_t session) {
  if (session_ != session) {
    session_ = session;
    refused_.clear();
    proven_.clear();
  }
}

Identity PositionReader::identity(postgres::Snapshot& snapshot) {
  const Answers facts = ask(snapshot, {Fact::system, Fact::timeline});
  const postgres::Result place = snapshot.query(
      fmt::format("SELECT (SELECT oid::text FROM pg_database WHERE datname = current_database()),"
                  " (SELECT oid::text FROM pg_namespace WHERE nspname = {})",
                  postgres::quote_literal(snapshot.schema())));
  Identity identity;
  identity.cluster = fmt::format("{}/{}/{}", facts.at(Fact::system).value_or(""),
                                 place[0][0].as<std::string>(""), place[0][1].as<std::string>(""));
  identity.timeline = number<std::uint32_t>(facts.at(Fact::timeline)).value_or(0);
  return identity;
}

Position PositionReader::position(postgres::Snapshot& snapshot) {
  // On a standby pg_current_snapshot() knows no running transactions, but its xmin is right.
  const postgres::Result rows = snapshot.query(
      "SELECT (extract(epoch FROM now()) * 1000000)::bigint,"
      " pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text FROM pg_current_snapshot() s");
  Position position;
  position.now = rows[0][0].as<Micros>();
  position.horizon = rows[0][1].as<Xid>();
  position.next = rows[0][2].as<Xid>();
  if (!plausible(position.now) || position.horizon > position.next || position.next > kHighestXid) {
    throw PollError(Reason::decode, "the database's clock or its transaction ids make no sense");
  }
  const Answers facts = ask(snapshot, {Fact::started, Fact::recovery});
  position.server = facts.at(Fact::started).value_or("");
  if (facts.at(Fact::recovery) != "false") {
    const auto replayed = number<Micros>(ask(snapshot, {Fact::replayed}).at(Fact::replayed));
    position.replayed = replayed && plausible(*replayed) ? *replayed : 0;
  }
  return position;
}

PositionReader::Answers PositionReader::ask(postgres::Snapshot& snapshot,
                                            std::initializer_list<Fact> facts) {
  Answers answers;
  std::vector<Fact> together;
  std::string list;
  for (const Fact fact : facts) {
    answers[fact] = std::nullopt;
    if (proven_.contains(fact)) {
      together.push_back(fact);
      list += (list.empty() ? "" : ", ") + std::string{about(fact).expression};
    } else if (!refused_.contains(fact)) {
      answers[fact] = ask_alone(snapshot, fact);
    }
  }
  if (together.empty()) {
    return answers;
  }
  try {
    const postgres::Result rows = snapshot.query("SELECT " + list);
    for (std::size_t i = 0; i < together.size(); ++i) {
      answers[together[i]] = text_of(rows[0][i]);
    }
  } catch (const postgres::ServerError&) {
    // The server has changed its mind: the next poll asks with care.
    proven_.clear();
    throw;
  }
  return answers;
}

std::optional<std::string> PositionReader::ask_alone(postgres::Snapshot& snapshot, Fact fact) {
  std::string refusal;
  const auto rows = snapshot.try_query(std::string{"SELECT "} + about(fact).expression, refusal);
  if (!rows) {
    refuse(fact, refusal);
    return std::nullopt;
  }
  proven_.insert(fact);
  return text_of((*rows)[0][0]);
}

void PositionReader::refuse(Fact fact, const std::string& words) {
  refused_[fact] = words;
  if (std::exchange(said_[fact], words) != words && !quiet_) {
    log::info("the server refuses a function; counting goes on without it",
              {{"function", about(fact).function}, {"lost", about(fact).loses}, {"err", words}});
  }
}

std::vector<std::string> PositionReader::refused() const {
  std::vector<std::string> list;
  for (const auto& [fact, words] : refused_) {
    list.push_back(fmt::format("{}: {}", about(fact).function, about(fact).loses));
  }
  return list;
}

}  // namespace litellm_exporter

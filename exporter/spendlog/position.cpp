// SPDX-License-Identifier: Apache-2.0
#include "spendlog/position.hpp"

#include "postgres/session.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>

namespace litellm_exporter {

Position read_position(postgres::Snapshot& snapshot) {
  // On a standby pg_current_snapshot() knows no running transactions, but its xmin is right.
  const pqxx::result rows = snapshot.query(
      "SELECT (extract(epoch FROM now()) * 1000000)::bigint,"
      " pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint,"
      " CASE WHEN pg_is_in_recovery() THEN"
      "  coalesce((extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000000)::bigint, 0) END"
      " FROM pg_current_snapshot() s");
  Position position{rows[0][0].as<Micros>(), rows[0][1].as<Xid>(), rows[0][2].as<Xid>(),
                    std::nullopt};
  if (!rows[0][3].is_null()) {
    position.replayed = rows[0][3].as<Micros>();
  }
  return position;
}

Identity read_identity(postgres::Snapshot& snapshot) {
  const pqxx::result place = snapshot.query(
      "SELECT (SELECT oid FROM pg_database WHERE datname = current_database())::text || '/' ||"
      " coalesce((SELECT relnamespace::text FROM pg_class"
      " WHERE oid = to_regclass('\"LiteLLM_SpendLogs\"')), ''),"
      " has_function_privilege('pg_control_system()', 'EXECUTE'),"
      " has_function_privilege('pg_control_checkpoint()', 'EXECUTE')");
  Identity identity;
  if (place[0][1].as<bool>()) {
    identity.cluster =
        snapshot.query("SELECT system_identifier::text FROM pg_control_system()")[0][0]
            .as<std::string>();
  }
  if (place[0][2].as<bool>()) {
    identity.timeline =
        snapshot.query("SELECT timeline_id FROM pg_control_checkpoint()")[0][0].as<std::uint32_t>();
  }
  identity.cluster += "/" + place[0][0].as<std::string>();
  return identity;
}

std::string inserted_since(Xid horizon, const Position& position) {
  // Half the circle, less room for the transactions that begin while the statement runs.
  constexpr Xid kComparable = (Xid{1} << 31) - 100'000'000;
  constexpr Xid kFirstNormal = 3;
  if (horizon == 0 || (position.next > horizon && position.next - horizon > kComparable)) {
    return "true";
  }
  const Xid wrapped = std::max(horizon & 0xFFFF'FFFF, kFirstNormal);
  return fmt::format("age(xmin) <= age('{}'::xid)", wrapped);
}

std::string timestamp_literal(Micros time) {
  constexpr Micros kSecond = 1'000'000;
  const Micros fraction = ((time % kSecond) + kSecond) % kSecond;
  const std::time_t seconds = (time - fraction) / kSecond;
  return fmt::format("'{:%Y-%m-%d %H:%M:%S}.{:06}'", fmt::gmtime(seconds), fraction);
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "state/state.hpp"

#include "state/codec.hpp"
#include "state/daily_codec.hpp"
#include "state/error_codes_codec.hpp"
#include "state/keeper.hpp"
#include "state/levels_codec.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include <stdlib.h>

using namespace litellm_exporter;

namespace {

SeriesStore::Bounds bounds(std::vector<double> duration = {1, 2}) {
  SeriesStore::Bounds all;
  all[Family::request_duration] = std::move(duration);
  return all;
}

constexpr Day kToday{std::chrono::days{20'000}};

void take_sum(State& state, std::string_view labels, double sum) {
  DailySums& sums = state.daily.tables[DailyTable::gateway_requests];
  DailyReading reading(sums, kToday);
  reading.add(kToday, labels, "other", sum);
  sums.take(reading, true);
}

void fail(State& state, const std::string& model, std::uint64_t count) {
  state.codes.read(ErrorCodes::Instant{std::chrono::seconds{1'000}});
  state.codes.wait(model, model, "p", count);
  state.codes.logged(model, "400");
}

State sample() {
  State state(bounds());
  state.cursor.cluster = "7/5/public";
  state.cursor.timeline = 3;
  state.cursor.newest = 1'000'000'000'000;
  state.cursor.floor = 100;
  state.cursor.polled_at = 200;
  state.cursor.swept_at = 150;
  state.cursor.horizons.set(100, kEndOfTime, 7);
  state.cursor.horizons.set(180, kEndOfTime, 9);
  state.cursor.servers = {"2026-01-02 03:04:05+00"};
  state.cursor.tables = {16'400, 16'500};
  state.scrapers = 2;
  state.ledger_cursor.cluster = "7/5/public";
  state.ledger_cursor.floor = 300;
  state.ledger_cursor.servers = {"2026-01-02 03:04:05+00"};
  state.ledger_cursor.tables = {16'600};
  state.ledger_seen.insert({21, 310}, false);
  state.sources = {.success = RequestSource::log, .failure = RequestSource::ledger};
  state.daily_server.cluster = "7/5/public";
  state.daily_server.timeline = 3;
  state.daily_server.newest = 1'000;
  state.daily.tables[DailyTable::gateway_errors].absent(kToday);
  take_sum(state, "llm", 5);
  fail(state, "m", 2);
  state.codes.add("n", "429", 1);
  state.seen.insert({11, 110}, false);
  state.seen.insert({12, 120}, false);
  state.series.add(Family::requests, {"m\xC3\xB6", "", "success"}, 3);
  state.series.add(Family::spend, {"m", "p"}, 0.1);
  state.series.add(Family::tag_requests, {""}, 2);
  state.series.add(Family::rows, {}, 5);
  state.series.make(Family::tag_requests, "junk", /*unverified=*/true);
  state.series.observe(Family::request_duration, {"m", "p", "success"}, 1.5);
  state.series.put_on_page(1);
  state.series.show_fetched(1);
  return state;
}

void check_same(const State& a, const State& b) {
  CHECK(a.cursor.cluster == b.cursor.cluster);
  CHECK(a.cursor.timeline == b.cursor.timeline);
  CHECK(a.ledger_cursor.cluster == b.ledger_cursor.cluster);
  CHECK(a.ledger_cursor.floor == b.ledger_cursor.floor);
  CHECK(a.ledger_cursor.servers == b.ledger_cursor.servers);
  CHECK(a.ledger_cursor.tables == b.ledger_cursor.tables);
  CHECK(a.ledger_seen.size() == b.ledger_seen.size());
  CHECK(a.sources == b.sources);
  CHECK(a.cursor.newest == b.cursor.newest);
  CHECK(a.cursor.floor == b.cursor.floor);
  CHECK(a.cursor.polled_at == b.cursor.polled_at);
  CHECK(a.cursor.swept_at == b.cursor.swept_at);
  CHECK(a.cursor.horizons.ranges() == b.cursor.horizons.ranges());
  CHECK(a.cursor.servers == b.cursor.servers);
  CHECK(a.cursor.tables == b.cursor.tables);
  CHECK(a.seen.size() == b.seen.size());
  CHECK(a.scrapers == b.scrapers);
  CHECK(a.daily_server.cluster == b.daily_server.cluster);
  CHECK(a.daily_server.timeline == b.daily_server.timeline);
  CHECK(a.daily_server.newest == b.daily_server.newest);
  for (const DailyTable table : kEnumerators<DailyTable>) {
    CHECK(a.daily.tables[table].sight() == b.daily.tables[table].sight());
    CHECK(a.daily.tables[table].since() == b.daily.tables[table].since());
    CHECK(a.daily.tables[table].days() == b.daily.tables[table].days());
  }
  CHECK(encode_error_codes(a.codes) == encode_error_codes(b.codes));
  for (const Family family : kEnumerators<Family>) {
    REQUIRE(a.series.series(family).size() == b.series.series(family).size());
    for (const auto& [key, series] : a.series.series(family)) {
      const auto other = b.series.series(family).find(key);
      REQUIRE(other != b.series.series(family).end());
      CHECK(series.value == other->second.value);
      CHECK(series.buckets == other->second.buckets);
      CHECK(series.shown == other->second.shown);
      CHECK(series.unverified == other->second.unverified);
    }
  }
}

}  // namespace

TEST_CASE("everything comes back as it was") {
  const State before = sample();
  State after(bounds());
  apply_record(encode_all(before), after);
  after.series.restored();
  check_same(before, after);
  CHECK(after.seen.unsaved().empty());
  CHECK(!after.seen.insert({11, 110}, false));
}

TEST_CASE("the state of the first version of the file comes back") {
  std::string directory = "/tmp/state-XXXXXX";
  REQUIRE(::mkdtemp(directory.data()) != nullptr);
  std::filesystem::copy_file(STATE_OF_VERSION_1, directory + "/state");
  const std::string key = SeriesStore::join({"m", "p", "success"});
  {
    StateKeeper keeper(directory);
    StateKeeper::Loaded loaded = keeper.load(bounds());
    CHECK(!loaded.damage);
    State& state = loaded.state;
    CHECK(state.cursor.cluster == "7/5/public");
    CHECK(state.cursor.polled_at == 400);
    CHECK(state.seen.size() == 3);
    CHECK(state.series.series(Family::requests).at(key).value == 5);
    state.series.add(Family::requests, {"m", "p", "success"}, 1);
    keeper.save(state);
  }
  StateKeeper keeper(directory);
  const StateKeeper::Loaded again = keeper.load(bounds());
  CHECK(!again.damage);
  CHECK(again.state.seen.size() == 3);
  CHECK(again.state.series.series(Family::requests).at(key).value == 6);
  std::filesystem::remove_all(directory);
}

TEST_CASE("a raw key that an earlier version saved does not come back") {
  const std::string hash(64, 'a');
  State before(bounds());
  for (const char* key : {"my own key", "sk-1234", "unknown", "cli-session", hash.c_str()}) {
    before.series.add(Family::key_requests, {key, "alias", "team", "success"}, 1);
    before.series.add(Family::key_spend, {key, "alias", "team"}, 1);
  }
  State after(bounds());
  apply_record(encode_all(before), after);
  CHECK(after.series.series(Family::key_requests).size() == 3);
  CHECK(after.series.series(Family::key_spend).size() == 3);
  CHECK(after.series.find(Family::key_spend, SeriesStore::join({hash, "alias", "team"})));
}

TEST_CASE("changes on top of everything are the newest state") {
  State before = sample();
  State after(bounds());
  apply_record(encode_all(before), after);
  before.series.saved();
  before.seen.saved();
  before.ledger_seen.saved();
  before.seen.insert({13, 130}, false);
  before.ledger_seen.insert({22, 320}, false);
  before.series.add(Family::requests, {"m\xC3\xB6", "", "success"}, 1);
  before.series.add(Family::tag_requests, {"new"}, 1);
  before.cursor.polled_at = 999;
  before.daily.saved();
  take_sum(before, "llm", 7);
  take_sum(before, "mcp", 1);
  before.codes.add("m", "500", 2);
  REQUIRE(before.codes.settle().size() == 1);
  fail(before, "other", 1);
  const std::string changes = encode_changes(before);
  CHECK(changes.size() < encode_all(before).size());
  apply_record(changes, after);
  after.series.restored();
  check_same(before, after);
}

TEST_CASE("a histogram with other bounds starts afresh") {
  State after(bounds({1, 3}));
  apply_record(encode_all(sample()), after);
  CHECK(after.series.series(Family::request_duration).empty());
  CHECK(after.series.series(Family::requests).size() == 1);
}

TEST_CASE("garbage is refused and never crashes") {
  const std::string record = encode_all(sample());
  // Earlier versions ended before the levels of the daily sums, before the error codes, before the
  // ledger and the daily sums, before the server's start and the tables, and before the scrapers.
  const std::size_t before_levels =
      record.size() - (8 + 6) -
      (8 + encode_levels(sample().levels, sample().sums_server, true).size());
  const std::size_t before_codes =
      before_levels - (8 + 11) - (8 + encode_error_codes(sample().codes).size());
  const std::size_t before_daily =
      before_codes - (8 + 5) -
      (8 + encode_daily(sample().daily, sample().daily_server, true).size());
  constexpr std::size_t kCursor = 8 + 10 + 5 * 8 + 8;
  constexpr std::size_t kServers = 8 + 8 + 22;
  const std::size_t third_version =
      before_daily - (8 + 6) - (8 + kCursor + kServers + (8 + 8) + (8 + 16) + 2 * 8);
  const std::size_t second_version = third_version - kServers - (8 + 2 * 8);
  const std::size_t first_version = second_version - 8;
  for (std::size_t length = 0; length < record.size(); ++length) {
    State state(bounds());
    if (length == before_daily || length == before_codes || length == before_levels) {
      apply_record(record.substr(0, length), state);
      CHECK(state.ledger_cursor.started());
      CHECK(state.codes.groups().empty() == (length != before_levels));
      CHECK(state.daily_server.cluster.empty() == (length == before_daily));
      continue;
    }
    if (length == first_version || length == second_version || length == third_version) {
      CHECK(!state.ledger_cursor.started());
      apply_record(record.substr(0, length), state);
      CHECK(state.daily_server.cluster.empty());
      CHECK(state.scrapers == (length == first_version ? 0 : 2));
      CHECK(state.cursor.servers.empty() == (length != third_version));
      continue;
    }
    REQUIRE_THROWS_AS(apply_record(record.substr(0, length), state), DecodeError);
  }
  State state(bounds());
  CHECK_THROWS_AS(apply_record(record + "x", state), DecodeError);
  for (std::size_t at = 0; at < record.size(); ++at) {
    std::string bytes = record;
    bytes[at] = static_cast<char>(bytes[at] ^ 0xFF);
    State other(bounds());
    // Most flips are noticed, the others are the checksum's business: here they must only not
    // crash.
    try {
      apply_record(bytes, other);
    } catch (const DecodeError&) {
      continue;
    }
  }
}

TEST_CASE("sums that were forgotten do not come back") {
  State before = sample();
  State after(bounds());
  apply_record(encode_all(before), after);
  before.series.saved();
  before.daily.saved();
  before.daily.forget();
  take_sum(before, "mcp", 1);
  apply_record(encode_changes(before), after);
  check_same(before, after);
}

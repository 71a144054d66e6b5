// SPDX-License-Identifier: Apache-2.0
#include "collectors/gateway.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "collectors/daily_reader.hpp"
#include "collectors/say_gaps.hpp"
#include "series/store.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace litellm_exporter {
namespace {

// The log waits behind it.
constexpr Milliseconds kLongest{3'000};

Day day_of(Micros time) {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::microseconds>{std::chrono::microseconds{time}});
}

}  // namespace

GatewayCollector::GatewayCollector(const Config& config, postgres::Database& database,
                                   DailyMemory& memory, PositionReader& positions,
                                   Counting* counting)
    : Collector("gateway", config.database.poll_interval),
      label_bytes_(config.limits.label_bytes),
      database_(database),
      memory_(memory),
      counting_(counting),
      positions_(positions) {}

void GatewayCollector::collect(const std::stop_token& stop) {
  Findings findings;
  database_.with_session(stop, [&](postgres::Session& session) {
    positions_.begin(session.id());
    session.in_snapshot([&](postgres::Snapshot& snapshot) { findings = read(snapshot); },
                        std::min(session.statement_timeout(), kLongest), postgres::kShortLock);
  });
  take(findings);
  say_gaps(name(), findings.noted, said_);
  gaps_ = std::move(findings.noted.all);
  if (findings.failure) {
    throw PollError(*findings.failure);
  }
}

GatewayCollector::Findings GatewayCollector::read(postgres::Snapshot& snapshot) {
  Findings findings;
  const Position position = positions_.position(snapshot);
  follow_server(positions_.identity(snapshot), position, findings);
  findings.today = day_of(position.now);
  follow_clock(findings.today);
  postgres::TableAccess tables(snapshot, label_bytes_, findings.noted);
  for (const DailyTable table : kEnumerators<DailyTable>) {
    read_table(tables, table, findings);
  }
  return findings;
}

// Of two servers behind one address one may lag behind the other: it shows sums that are lower for
// a while, and rows that are not there yet. Transaction ids tell, within one timeline. A primary
// lags behind nobody: with fewer ids than before it was restored, and its sums count on from there.
void GatewayCollector::follow_server(const Identity& identity, const Position& position,
                                     Findings& findings) {
  if (!memory_.cluster.empty() && !same_cluster(memory_.cluster, identity.cluster)) {
    log::warn("this is another database than before: its daily sums are a new baseline",
              {{"before", memory_.cluster}, {"now", identity.cluster}});
    memory_.forget();
  }
  if (memory_.cluster.empty()) {
    memory_.cluster = identity.cluster;
  }
  const bool comparable =
      identity.timeline == 0 || memory_.timeline == 0 || identity.timeline == memory_.timeline;
  const bool is_primary = !position.replayed;
  findings.settled = is_primary || (comparable ? position.next >= memory_.newest
                                               : identity.timeline > memory_.timeline);
  if (findings.settled) {
    findings.newest = position.next;
    findings.timeline = std::max(identity.timeline, memory_.timeline);
  } else {
    findings.newest = memory_.newest;
    findings.timeline = memory_.timeline;
  }
}

// What lies before the days that are remembered was counted, or never seen: nobody knows.
void GatewayCollector::follow_clock(Day today) {
  for (DailySums& sums : memory_.tables) {
    if (sums.sight() != DailySums::Sight::unseen && today < sums.since()) {
      log::warn("the database's clock went backwards: its daily sums are a new baseline",
                {{"before", spell(sums.since())}, {"now", spell(today)}});
      sums.forget();
    }
  }
}

void GatewayCollector::read_table(postgres::TableAccess& tables, DailyTable table,
                                  Findings& findings) {
  DailyReading reading(memory_.tables[table], findings.today);
  try {
    if (read_daily(tables, table, reading)) {
      findings.read.emplace_back(table, std::move(reading));
    } else {
      findings.absent.push_back(table);
    }
  } catch (const PollError& e) {
    if (e.reason() != Reason::permission && e.reason() != Reason::schema) {
      throw;
    }
    findings.refused.push_back(table);
    findings.failure = e;
  }
}

// From here on nothing fails: what is remembered and what it counts change together.
void GatewayCollector::take(const Findings& findings) {
  memory_.newest = findings.newest;
  memory_.timeline = findings.timeline;
  for (const DailyTable table : findings.absent) {
    memory_.tables[table].absent(findings.today);
  }
  for (const DailyTable table : findings.refused) {
    memory_.tables[table].refused();
  }
  for (const auto& [table, reading] : findings.read) {
    DailySums& sums = memory_.tables[table];
    const bool baseline = sums.sight() == DailySums::Sight::unseen;
    const auto grown = sums.take(reading, findings.settled);
    for (const auto& [labels, growth] : grown) {
      count(table, labels, growth);
    }
    if (baseline && counting_ != nullptr) {
      log::info("new baseline: counting by how much its sums grow from now on",
                {{"table", name_of(table)}, {"sums_known", grown.size()}});
    }
  }
}

void GatewayCollector::count(DailyTable table, const std::string& labels, double growth) {
  if (counting_ == nullptr) {
    return;
  }
  const auto parts = SeriesStore::split(labels);
  std::array<std::string, 2> cleaned;
  std::transform(parts.begin(), parts.begin() + cleaned.size(), cleaned.begin(),
                 [&](std::string_view part) { return clean_label(trim(part), label_bytes_); });
  Names names;
  names.category = {or_unknown(cleaned[0]), Trust::open};
  names.route = {or_unknown(cleaned[1]), Trust::open};
  names.outcome = outcome(parts[2] == kSuccess);
  names.status_code = {parts[2]};
  names.growth = growth;
  counting_->count_growth(
      table == DailyTable::gateway_requests ? Per::gateway_request : Per::gateway_error, names);
}

namespace {

class GatewayTrial : public Collector {
 public:
  GatewayTrial(const Config& config, postgres::Database& database)
      : Collector("gateway", config.database.poll_interval),
        trial_(config, database, memory_, positions_, nullptr) {}

  void collect(const std::stop_token& stop) override { trial_.collect(stop); }
  Gaps gaps() const override { return trial_.gaps(); }

 private:
  DailyMemory memory_;
  PositionReader positions_;
  GatewayCollector trial_;
};

}  // namespace

std::unique_ptr<Collector> make_gateway_trial(const Config& config, postgres::Database& database) {
  return std::make_unique<GatewayTrial>(config, database);
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "collectors/daily.hpp"

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

ErrorCodes::Instant instant(Micros time) {
  return ErrorCodes::Instant{std::chrono::microseconds{time}};
}

}  // namespace

DailyCollector::DailyCollector(std::string name, std::vector<DailyTable> tables,
                               const Config& config, postgres::Database& database,
                               DailyMemory& memory, ServerHistory& server,
                               PositionReader& positions, Counting* counting)
    : Collector(std::move(name), config.database.poll_interval),
      tables_(std::move(tables)),
      label_bytes_(config.limits.label_bytes),
      database_(database),
      memory_(memory),
      server_(server),
      counting_(counting),
      positions_(positions) {}

void DailyCollector::collect(const std::stop_token& stop) {
  Findings findings;
  try {
    database_.with_session(stop, [&](postgres::Session& session) {
      positions_.begin(session.id());
      session.in_snapshot([&](postgres::Snapshot& snapshot) { read(snapshot, findings); },
                          std::min(session.statement_timeout(), kLongest), postgres::kShortLock);
    });
  } catch (const PollError&) {
    if (codes() != nullptr && findings.now) {
      codes()->missed(instant(*findings.now));
    }
    throw;
  }
  take(findings);
  say_gaps(name(), findings.noted, said_);
  gaps_ = std::move(findings.noted.all);
  if (findings.failure) {
    throw PollError(*findings.failure);
  }
}

void DailyCollector::read(postgres::Snapshot& snapshot, Findings& findings) {
  const Position position = positions_.position(snapshot);
  follow_server(positions_.identity(snapshot), position, findings);
  findings.now = position.now;
  findings.today = day_of(std::chrono::microseconds{position.now});
  follow_clock(findings.today);
  postgres::TableAccess tables(snapshot, label_bytes_, findings.noted);
  for (const DailyTable table : tables_) {
    read_table(tables, table, findings);
  }
}

// Of two servers behind one address one may lag behind the other: it shows sums that are lower for
// a while, and rows that are not there yet.
void DailyCollector::follow_server(const Identity& identity, const Position& position,
                                   Findings& findings) {
  const auto found = server_.compare(identity, position);
  if (found == ServerHistory::Found::other) {
    log::warn("this is another database than before: its daily sums are a new baseline",
              {{"before", server_.cluster}, {"now", identity.cluster}});
    memory_.forget();
    server_ = {};
  }
  findings.settled = found != ServerHistory::Found::behind;
  findings.server = server_;
  if (findings.settled) {
    findings.server.follow(identity, position);
  }
}

// What lies before the days that are remembered was counted, or never seen: nobody knows.
void DailyCollector::follow_clock(Day today) {
  for (DailySums& sums : memory_.tables) {
    if (sums.sight() != DailySums::Sight::unseen && today < sums.since()) {
      log::warn("the database's clock went backwards: its daily sums are a new baseline",
                {{"before", spell(sums.since())}, {"now", spell(today)}});
      sums.forget();
    }
  }
}

void DailyCollector::read_table(postgres::TableAccess& tables, DailyTable table,
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
void DailyCollector::take(const Findings& findings) {
  server_ = findings.server;
  for (const DailyTable table : findings.absent) {
    memory_.tables[table].absent(findings.today);
  }
  for (const DailyTable table : findings.refused) {
    memory_.tables[table].refused();
  }
  if (codes() != nullptr) {
    const bool read = std::ranges::any_of(
        findings.read, [](const auto& one) { return one.first == DailyTable::request_errors; });
    if (read) {
      codes()->read(instant(*findings.now));
    } else {
      codes()->unreadable();
    }
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

void DailyCollector::count(DailyTable table, const std::string& labels, double growth) {
  if (counting_ == nullptr) {
    return;
  }
  switch (table) {
    case DailyTable::gateway_requests:
      return count_at_edge(Per::gateway_request, labels, growth);
    case DailyTable::gateway_errors:
      return count_at_edge(Per::gateway_error, labels, growth);
    case DailyTable::request_errors:
      return add_codes(labels, growth);
  }
}

void DailyCollector::count_at_edge(Per per, const std::string& labels, double growth) {
  const auto parts = SeriesStore::split(labels);
  const std::string category = cleaned(parts[0]);
  const std::string route = cleaned(parts[1]);
  Names names;
  names.category = {or_unknown(category), Trust::open};
  names.route = {or_unknown(route), Trust::open};
  names.outcome = outcome(parts[2] == kSuccess);
  names.status_code = {parts[2]};
  names.growth = growth;
  counting_->count_growth(per, names);
}

void DailyCollector::add_codes(const std::string& labels, double growth) {
  // Beyond this a double holds no single request.
  constexpr double kMost = 1e15;
  const auto parts = SeriesStore::split(labels);
  if (codes() != nullptr) {
    codes()->add(cleaned(parts[0]), parts[1], static_cast<std::uint64_t>(std::min(growth, kMost)));
  }
}

std::string DailyCollector::cleaned(std::string_view part) const {
  return clean_label(trim(part), label_bytes_);
}

ErrorCodes* DailyCollector::codes() const {
  const bool reads = std::ranges::find(tables_, DailyTable::request_errors) != tables_.end();
  return reads && counting_ != nullptr ? counting_->codes() : nullptr;
}

Collectors make_daily_collectors(const Config& config, postgres::Database& database,
                                 DailyMemory& memory, ServerHistory& server,
                                 PositionReader& positions, Counting* counting) {
  Collectors made;
  const auto make = [&](bool wanted, const char* name, std::vector<DailyTable> tables) {
    if (wanted) {
      made.push_back(std::make_unique<DailyCollector>(name, std::move(tables), config, database,
                                                      memory, server, positions, counting));
      return;
    }
    for (const DailyTable table : tables) {
      memory.tables[table].forget();
    }
  };
  make(config.families.gateway, "gateway",
       {DailyTable::gateway_requests, DailyTable::gateway_errors});
  // Where requests may come from a source without codes. A collector of its own: neither holds up
  // the other.
  make(config.spend_log.source != Config::SpendLog::Source::log, "error_codes",
       {DailyTable::request_errors});
  if (made.empty()) {
    memory.forget();
    server = {};
  }
  return made;
}

namespace {

struct TrialMemory {
  DailyMemory sums;
  ServerHistory server;
  PositionReader positions;
};

class DailyTrial : public Collector {
 public:
  DailyTrial(std::shared_ptr<TrialMemory> memory, std::unique_ptr<Collector> trial)
      : Collector(trial->name(), trial->interval()),
        memory_(std::move(memory)),
        trial_(std::move(trial)) {}

  void collect(const std::stop_token& stop) override { trial_->collect(stop); }
  Gaps gaps() const override { return trial_->gaps(); }

 private:
  std::shared_ptr<TrialMemory> memory_;
  std::unique_ptr<Collector> trial_;
};

}  // namespace

Collectors make_daily_trials(const Config& config, postgres::Database& database) {
  const auto memory = std::make_shared<TrialMemory>();
  Collectors trials;
  for (auto& trial : make_daily_collectors(config, database, memory->sums, memory->server,
                                           memory->positions, nullptr)) {
    trials.push_back(std::make_unique<DailyTrial>(memory, std::move(trial)));
  }
  return trials;
}

}  // namespace litellm_exporter

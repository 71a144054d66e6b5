// SPDX-License-Identifier: Apache-2.0
#include "collectors/sums.hpp"

#include <algorithm>
#include <utility>

// What one poll of the daily sums reads.
namespace litellm_exporter {
namespace {

using Found = ServerHistory::Found;

// A poll may take so much of the database's time. Where reading takes longer, polls are left out.
constexpr Milliseconds kLongPoll{45};
// So few rows are read whole each time, which shows what was deleted at once.
constexpr std::size_t kFewRows = 20'000;
constexpr std::chrono::hours kCompleteInterval{6};
constexpr std::chrono::hours kLongestPause{1};
constexpr int kMostPatience = 8;
// So long after midnight the sums of the day before have grown for the last time.
constexpr std::chrono::hours kLongestCall{6};

std::chrono::microseconds time_of_day(Micros time) {
  const std::chrono::microseconds instant{time};
  return instant - day_of(instant).time_since_epoch();
}

}  // namespace

SumsCollector::Sight SumsCollector::poll(const std::stop_token& stop) {
  Sight findings;
  database_.with_session(stop, [&](postgres::Session& session) {
    positions_.begin(session.id());
    // Less the waits for a connection.
    const auto begun = Clock::now();
    try {
      session.in_snapshot([&](postgres::Snapshot& snapshot) { findings = read(snapshot); },
                          session.statement_timeout() * patience_, postgres::kShortLock);
    } catch (const PollError& e) {
      if (e.reason() == Reason::timeout) {
        // Millions of rows take their time when all of them are read.
        next_ = patience_ < kMostPatience ? begun : begun + pause(Clock::now() - begun);
        patience_ = std::min(kMostPatience, patience_ * 2);
      }
      throw;
    }
    const auto elapsed = Clock::now() - begun;
    // That all rows are read is rare, and one slow reading says little.
    const bool usual =
        !findings.reading || findings.reading->extent() == LevelReading::Extent::changes;
    next_ = usual ? begun + pause(std::min(elapsed, std::exchange(elapsed_, elapsed))) : begun;
  });
  return findings;
}

// Half an interval less than whole ones, for no poll begins exactly on time.
SumsCollector::Clock::duration SumsCollector::pause(Clock::duration elapsed) const {
  const auto polls = std::min<Clock::rep>(elapsed / kLongPoll, kLongestPause / interval());
  return interval() * polls + (polls > 0 ? interval() / 2 : Milliseconds{0});
}

SumsCollector::Sight SumsCollector::read(postgres::Snapshot& snapshot) {
  Sight findings;
  findings.position = positions_.position(snapshot);
  findings.identity = positions_.identity(snapshot);
  findings.today = day_of(std::chrono::microseconds{findings.position.now});
  findings.server = tally_.state().sums_server.compare(findings.identity, findings.position);
  if (findings.server != Found::behind) {
    postgres::TableAccess tables(snapshot, config_.limits.label_bytes, findings.noted);
    read_tables(tables, findings);
  }
  return findings;
}

std::vector<SumTable> SumsCollector::look_at_tables(postgres::TableAccess& tables, Sight& findings,
                                                    bool& versions) const {
  std::vector<SumTable> there;
  versions = true;
  for (const SumTable table : tables_) {
    try {
      const SumsAccess access = look_at_sums(tables, table);
      if (table == SumTable::model_usage) {
        findings.model_usage = access.filled;
      }
      if (access.exists) {
        there.push_back(table);
        versions = versions && access.versions;
      }
    } catch (const PollError& e) {
      if (e.reason() != Reason::permission && e.reason() != Reason::schema) {
        throw;
      }
      findings.refused.insert(table);
      // Before it was needed nobody misses it.
      if (alone_ || tally_.state().levels.any_summed()) {
        findings.failure = e;
      }
    }
  }
  if (findings.refused.contains(SumTable::model_usage)) {
    findings.model_usage = tally_.state().levels.by_model_usage();
  }
  return there;
}

void SumsCollector::read_tables(postgres::TableAccess& tables, Sight& findings) {
  bool versions = false;
  const std::vector<SumTable> there = look_at_tables(tables, findings, versions);
  // All requests are in it.
  if (std::ranges::find(there, SumTable::user_spend) == there.end()) {
    return;
  }
  const bool other = findings.server == Found::other;
  findings.known = true;
  const Day from =
      other ? DailyLevels{}.from(findings.today) : tally_.state().levels.from(findings.today);
  SumsRequest request{.from = from,
                      .to = std::min(findings.today, from + std::chrono::days{1}),
                      .condition = "true",
                      .probes_apart = config_.families.health_probes};
  const bool day_before_is_over = time_of_day(findings.position.now) >= kLongestCall;
  if (!other && !wants_sums(findings.position, findings.today) && knows(there, findings)) {
    request.to = findings.today;
    const auto before = totals_.find(from);
    if (day_before_is_over && before != totals_.end() &&
        from == findings.today - std::chrono::days{1}) {
      findings.totals.insert(*before);
      request.from = findings.today;
    }
    findings.totals.merge(read_totals(tables, request));
    return;
  }
  const auto wanted = other ? LevelReading::Extent::anew : extent(there, findings, versions);
  if (wanted == LevelReading::Extent::changes) {
    request.condition = inserted_since(read_at_.horizon, findings.position);
    // Until all rows are read again.
    request.from = day_before_is_over ? request.to : request.from;
  }
  findings.reading.emplace(memory_, wanted, request.to);
  for (const SumTable table : there) {
    read_sums(tables, table, request, *findings.reading);
  }
  for (const SumTable table : findings.refused) {
    for (const SumOf of : things_of(table)) {
      findings.reading->miss(of);
    }
  }
}

// A table that has come, or whose families were switched on, takes its baseline while rows count.
bool SumsCollector::knows(const std::vector<SumTable>& tables, const Sight& findings) const {
  const DailyLevels& levels = tally_.state().levels;
  return levels.by_model_usage() == findings.model_usage && levels.terms() == terms() &&
         std::ranges::all_of(tables, [&](SumTable table) {
           return std::ranges::any_of(things_of(table),
                                      [&](SumOf of) { return levels.follows(of); });
         });
}

bool SumsCollector::wants_sums(const Position& position, Day today) const {
  const DailyLevels& levels = tally_.state().levels;
  if (alone_ || !levels.started()) {
    return true;
  }
  return std::ranges::any_of(kEnumerators<Outcome>, [&](Outcome outcome) {
    return levels.presumes(outcome) || std::ranges::any_of(levels.days(), [&](const auto& day) {
             const bool grows = day.first + std::chrono::days{1} != today ||
                                time_of_day(position.now) < kLongestCall;
             return grows && day.second.sources[outcome] != DailyLevels::Source::rows;
           });
  });
}

LevelReading::Extent SumsCollector::extent(const std::vector<SumTable>& tables,
                                           const Sight& findings, bool versions) const {
  using Extent = LevelReading::Extent;
  const Position& position = findings.position;
  if (memory_.known != std::set<SumTable>(tables.begin(), tables.end())) {
    return Extent::anew;
  }
  std::size_t rows = 0;
  for (const SumRows& of_table : memory_.tables) {
    for (const auto& [day, of_day] : of_table) {
      rows += of_day.size();
    }
  }
  const bool due = Clock::now() - complete_at_ >= kCompleteInterval || read_to_ != findings.today;
  const bool restored = position.horizon < read_at_.horizon;
  const bool restarted = position.server != read_at_.server;
  return rows <= kFewRows || due || restored || restarted || !versions ? Extent::complete
                                                                       : Extent::changes;
}

std::uint64_t SumsCollector::terms() const {
  // Since groups of models are those of their table, also while that is empty.
  constexpr std::uint64_t kModelGroups = std::uint64_t{1} << 32;
  return kModelGroups + 2 * std::uint64_t{config_.limits.label_bytes} +
         (config_.families.health_probes ? 1 : 0);
}

}  // namespace litellm_exporter

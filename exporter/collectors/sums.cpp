// SPDX-License-Identifier: Apache-2.0
#include "collectors/sums.hpp"

#include "base/label_values.hpp"
#include "base/log.hpp"
#include "collectors/request_source.hpp"
#include "collectors/say_gaps.hpp"

#include <algorithm>
#include <utility>

namespace litellm_exporter {
namespace {

using Found = ServerHistory::Found;

// A poll may take so much of the database's time. Where reading takes longer, polls are left out.
constexpr Milliseconds kLongPoll{45};
// So few rows are read whole each time, which shows what was deleted at once.
constexpr std::size_t kFewRows = 20'000;
constexpr std::chrono::hours kCompleteInterval{1};
// So long after midnight the sums of the day before have grown for the last time.
constexpr Micros kLongestCall = 6 * 3'600'000'000;

Day day_of(Micros time) {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::microseconds>{std::chrono::microseconds{time}});
}

Micros time_of_day(Micros time) {
  return time -
         std::chrono::duration_cast<std::chrono::microseconds>(day_of(time).time_since_epoch())
             .count();
}

std::string_view name_of(Outcome outcome) {
  return outcome == Outcome::success ? kSuccess : kFailure;
}

// What the groups are made by.
std::uint64_t terms(const Config& config) {
  return 2 * std::uint64_t{config.limits.label_bytes} + (config.families.health_probes ? 1 : 0);
}

bool is_alone(const Config& config) {
  return config.spend_log.source == Config::SpendLog::Source::daily;
}

}  // namespace

SumsCollector::SumsCollector(const Config& config, postgres::Database& database, Counting& counting,
                             PositionReader& positions, GaugeBoard& gauges, Tally& tally)
    : Collector("sums", config.database.poll_interval),
      config_(config),
      tables_(sum_tables(config)),
      database_(database),
      counting_(counting),
      positions_(positions),
      gauges_(gauges),
      tally_(tally),
      alone_(is_alone(config)) {
  if (alone_) {
    // Rows that come meanwhile are counted here: neither must go on where it was.
    tally.state().cursor = {};
    tally.state().ledger_cursor = {};
  }
}

void SumsCollector::collect(const std::stop_token& stop) {
  say_sources();
  // Of failures that the polls before have counted.
  bool changed = counting_.settle_codes();
  if (Clock::now() < next_) {
    if (changed || alone_) {
      tally_.publish();
    }
    return;
  }
  std::optional<PollError> failure;
  try {
    // Days after an absence are read two by two, and where the sums take over, they are read at
    // once.
    for (bool again = true; again;) {
      Findings findings = poll(stop);
      changed = take(findings) || changed;
      again = judge(findings);
      say_gaps(name(), findings.noted, said_);
      gaps_ = std::move(findings.noted.all);
      failure = findings.failure;
    }
  } catch (const PollError& e) {
    failure = e;
  }
  // Also after a failure: what was counted before it is true.
  if (changed || alone_) {
    tally_.publish();
  }
  say_sources();
  if (failure) {
    throw PollError(*failure);
  }
}

SumsCollector::Findings SumsCollector::poll(const std::stop_token& stop) {
  Findings findings;
  database_.with_session(stop, [&](postgres::Session& session) {
    positions_.begin(session.id());
    // Less the waits for a connection.
    const auto begun = Clock::now();
    const auto rest = [&] {
      const auto elapsed = Clock::now() - begun;
      // One slow reading says little.
      next_ = begun + pause(std::min(elapsed, std::exchange(elapsed_, elapsed)));
    };
    try {
      session.in_snapshot([&](postgres::Snapshot& snapshot) { findings = read(snapshot); },
                          session.statement_timeout(), postgres::kShortLock);
    } catch (const PollError&) {
      rest();
      throw;
    }
    rest();
  });
  return findings;
}

// Half an interval less than whole ones, for no poll begins exactly on time.
SumsCollector::Clock::duration SumsCollector::pause(Clock::duration elapsed) const {
  const auto polls = std::min<Clock::rep>(elapsed / kLongPoll, kCompleteInterval / interval());
  return interval() * polls + (polls > 0 ? interval() / 2 : Milliseconds{0});
}

SumsCollector::Findings SumsCollector::read(postgres::Snapshot& snapshot) {
  Findings findings;
  findings.position = positions_.position(snapshot);
  findings.identity = positions_.identity(snapshot);
  findings.today = day_of(findings.position.now);
  findings.server = tally_.state().sums_server.compare(findings.identity, findings.position);
  if (findings.server != Found::behind) {
    postgres::TableAccess tables(snapshot, config_.limits.label_bytes, findings.noted);
    read_tables(tables, findings);
  }
  return findings;
}

std::vector<SumTable> SumsCollector::look_at_tables(postgres::TableAccess& tables,
                                                    Findings& findings, bool& versions) const {
  std::vector<SumTable> there;
  versions = true;
  for (const SumTable table : tables_) {
    try {
      const SumsAccess access = look_at_sums(tables, table);
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
  findings.model_usage = findings.refused.contains(SumTable::model_usage)
                             ? tally_.state().levels.by_model_usage()
                             : std::ranges::find(there, SumTable::model_usage) != there.end();
  return there;
}

void SumsCollector::read_tables(postgres::TableAccess& tables, Findings& findings) {
  bool versions = false;
  const std::vector<SumTable> there = look_at_tables(tables, findings, versions);
  // All requests are in it.
  if (std::ranges::find(there, SumTable::user_spend) == there.end()) {
    return;
  }
  const bool other = findings.server == Found::other;
  findings.known = true;
  const Day from = (other ? DailyLevels{} : tally_.state().levels).from(findings.today);
  SumsRequest request{.from = from,
                      .to = std::min(findings.today, from + std::chrono::days{1}),
                      .condition = "true",
                      .probes_apart = config_.families.health_probes,
                      .model_usage = findings.model_usage};
  if (!other && !wants_sums(findings.position, findings.today) && knows(there, findings)) {
    request.to = findings.today;
    findings.totals = read_totals(tables, request);
    return;
  }
  const auto wanted = other ? LevelReading::Extent::anew : extent(there, findings, versions);
  if (wanted == LevelReading::Extent::changes) {
    request.condition = inserted_since(read_at_.horizon, findings.position);
  }
  findings.reading.emplace(memory_, wanted, request.to);
  for (const SumTable table : there) {
    read_sums(tables, table, request, *findings.reading);
  }
  for (const SumTable table : findings.refused) {
    for (const SumOf of : things_of(table, findings.model_usage)) {
      findings.reading->miss(of);
    }
  }
}

// A table that has come, or whose families were switched on, takes its baseline while rows count.
bool SumsCollector::knows(const std::vector<SumTable>& tables, const Findings& findings) const {
  const DailyLevels& levels = tally_.state().levels;
  return levels.by_model_usage() == findings.model_usage && levels.terms() == terms(config_) &&
         std::ranges::all_of(tables, [&](SumTable table) {
           return std::ranges::any_of(things_of(table, findings.model_usage),
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
                                           const Findings& findings, bool versions) const {
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

bool SumsCollector::take(Findings& findings) {
  State& state = tally_.state();
  if (findings.server == Found::behind) {
    return false;
  }
  if (findings.server == Found::other) {
    log::warn("this is another database than before: its daily sums are a new baseline",
              {{"before", state.sums_server.cluster}, {"now", findings.identity.cluster}});
    state.levels.forget();
    memory_.forget();
  }
  if (state.levels.started() &&
      findings.today + std::chrono::days{1} < state.levels.days().begin()->first) {
    log::warn("the database's clock went backwards: its daily sums are a new baseline",
              {{"now", spell(findings.today)}});
    state.levels.forget();
    memory_.forget();
    return false;
  }
  state.sums_server.follow(findings.identity, findings.position);
  if (!findings.known) {
    return false;
  }
  state.levels.use_terms(terms(config_));
  state.levels.begin_through(findings.today);
  if (findings.reading) {
    return take_sums(findings);
  }
  for (const auto& [day, sums] : findings.totals) {
    for (const Measure measure : {Measure::successes, Measure::failures}) {
      state.levels.lower(day, measure, totals_[day][measure] - sums[measure]);
    }
  }
  totals_ = findings.totals;
  return false;
}

bool SumsCollector::take_sums(Findings& findings) {
  DailyLevels& levels = tally_.state().levels;
  levels.use_model_usage(findings.model_usage);
  const bool baseline = !levels.started();
  if (baseline && alone_) {
    levels.switch_to(Outcome::success, true);
    levels.switch_to(Outcome::failure, true);
  }
  const DailyLevels::Taken taken = levels.take(*findings.reading);
  if (baseline) {
    log::info("new baseline: knowing LiteLLM's daily sums of requests",
              {{"rows", findings.reading->rows()}});
  }
  for (const DailyLevels::Growth& growth : taken.grown) {
    counting_.count_summed(growth);
  }
  for (const SumOf of : taken.mismatched) {
    log::warn("rows and daily sums have different names: what was not counted until now is lost",
              {{"of", kSumNames[of]}});
  }
  if (findings.reading->extent() != LevelReading::Extent::changes) {
    complete_at_ = Clock::now();
  }
  read_to_ = findings.reading->to();
  read_at_ = findings.position;
  totals_.clear();
  if (levels.any_summed()) {
    std::move(*findings.reading).remember(memory_);
    for (SumRows& rows : memory_.tables) {
      rows.erase(rows.begin(), rows.lower_bound(read_to_ - std::chrono::days{1}));
    }
  } else {
    memory_.forget();
  }
  return baseline || !taken.grown.empty();
}

bool SumsCollector::judge(const Findings& findings) {
  DailyLevels& levels = tally_.state().levels;
  if (findings.server == Found::behind || !findings.known || !levels.started()) {
    return false;
  }
  if (findings.reading && read_to_ < findings.today) {
    levels.forget_before(read_to_);
    return true;
  }
  bool again = false;
  bool compared = true;
  for (const Outcome outcome : kEnumerators<Outcome>) {
    again = (alone_ ? take_over(outcome) : judge(outcome, findings)) || again;
    compared = compared && (levels.presumes(outcome) || levels.watch(outcome).has_compared());
  }
  // What was counted from rows while nobody looked is compared first.
  if (compared && !again) {
    levels.forget_before(findings.today - std::chrono::days{1});
  }
  return again;
}

bool SumsCollector::take_over(Outcome outcome) {
  DailyLevels& levels = tally_.state().levels;
  if (levels.presumes(outcome)) {
    return false;
  }
  levels.switch_to(outcome, true);
  memory_.forget();
  return true;
}

// As long as their collector fails, and it may do so for ever, nothing proves that rows are
// missing.
Micros SumsCollector::rows_read_until(Micros now) {
  constexpr std::chrono::minutes kPatience{15};
  const Micros polled = tally_.state().cursor.polled_at;
  if (std::exchange(rows_read_, polled) != polled) {
    rows_read_at_ = Clock::now();
  }
  return polled == 0 || Clock::now() - rows_read_at_ > kPatience ? now : std::min(now, polled);
}

// What today's requests of this outcome are counted from, and whether that still holds.
bool SumsCollector::judge(Outcome outcome, const Findings& findings) {
  DailyLevels& levels = tally_.state().levels;
  const Measure measure = outcome == Outcome::success ? Measure::successes : Measure::failures;
  const auto today = levels.days().find(findings.today);
  if (today == levels.days().end()) {
    return false;
  }
  const auto source = today->second.sources[outcome];
  double summed = 0;
  double counted = 0;
  for (const auto& [day, of_day] : levels.days()) {
    if (of_day.sources[outcome] == source && day <= findings.today) {
      const auto& all = of_day.groups[SumOf::all];
      const auto group = all.find("");
      counted += group == all.end() ? 0 : group->second.level[measure];
      if (findings.reading) {
        summed += group == all.end() ? 0 : group->second.sum[measure];
      } else if (const auto total = findings.totals.find(day); total != findings.totals.end()) {
        summed += total->second[measure];
      }
    }
  }
  const Micros now = findings.position.now;
  LogWatch& watch = levels.watch(outcome);
  if (source == DailyLevels::Source::rows) {
    if (!watch.is_missing(now, rows_read_until(now), summed, counted + levels.tolerated(outcome))) {
      return false;
    }
    log::info("requests are counted from LiteLLM's daily sums from now on: they become no rows",
              {{"outcome", name_of(outcome)}});
    return take_over(outcome);
  }
  watch.follow(now, summed, levels.seen(outcome));
  levels.presume(outcome, !watch.has_rows());
  if (watch.has_rows() && watch.is_paused(now) && levels.is_settled()) {
    log::info("requests become rows again, and are counted from them",
              {{"outcome", name_of(outcome)}});
    levels.switch_to(outcome, false);
  }
  return false;
}

void SumsCollector::say_sources() {
  const State& state = tally_.state();
  RequestSources sources = state.sources;
  if (!state.levels.days().empty()) {
    const auto& today = state.levels.days().rbegin()->second.sources;
    const auto shown = [&](Outcome outcome, RequestSource of_rows) {
      return alone_ || today[outcome] != DailyLevels::Source::rows ? RequestSource::daily : of_rows;
    };
    sources.success = shown(Outcome::success, sources.success);
    sources.failure = shown(Outcome::failure, sources.failure);
  }
  publish_sources(gauges_, *this, sources);
}

}  // namespace litellm_exporter

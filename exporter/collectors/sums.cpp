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

constexpr Gauge kAudit{
    "litellm_spend_log_audit_today_requests",
    "Requests of this UTC day since counting began, as rows of LiteLLM_SpendLogs, as deliveries of "
    "its ledger and, some seconds later, in LiteLLM_DailyUserSpend, without billed retries and "
    "LiteLLM's own calls; daily alone is higher for long where LiteLLM loses rows."};

double requests_of(const Measures& sums) {
  return sums[Measure::successes] + sums[Measure::failures];
}

Measures sum_of_all(const DailyLevels& levels, Day day) {
  const auto of_day = levels.days().find(day);
  if (of_day == levels.days().end()) {
    return {};
  }
  const auto& all = of_day->second.groups[SumOf::all];
  const auto group = all.find("");
  return group == all.end() ? Measures{} : group->second.sum;
}

bool has_grown(const DailyLevels::Taken& taken, SumOf of) {
  return std::ranges::any_of(taken.grown, [&](const auto& growth) { return growth.of == of; });
}

std::string_view name_of(Outcome outcome) {
  return outcome == Outcome::success ? kSuccess : kFailure;
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
      Sight findings = poll(stop);
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

bool SumsCollector::take(Sight& findings) {
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
  state.levels.use_terms(terms());
  state.levels.begin_through(findings.today);
  today_ = findings.today;
  if (findings.reading) {
    return take_sums(findings);
  }
  summed_today_ = requests_of(findings.totals[today_]);
  for (const auto& [day, sums] : findings.totals) {
    for (const Measure measure : {Measure::successes, Measure::failures}) {
      state.levels.lower(day, measure, totals_[day][measure] - sums[measure]);
    }
  }
  totals_ = findings.totals;
  return false;
}

bool SumsCollector::take_sums(Sight& findings) {
  DailyLevels& levels = tally_.state().levels;
  const bool used = levels.by_model_usage();
  // Where it was not even empty before, the others count until now.
  levels.use_model_usage(findings.model_usage && levels.follows(SumOf::model));
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
  // LiteLLM writes one table after the other: what came to the others before was counted with them.
  const bool counted_before = !used && !has_grown(taken, SumOf::upstream);
  for (const DailyLevels::Growth& growth : taken.grown) {
    if (growth.of != SumOf::model || !counted_before) {
      counting_.count_summed(growth);
    }
  }
  levels.use_model_usage(findings.model_usage);
  for (const SumOf of : taken.mismatched) {
    log::warn("rows and daily sums have different names: what was not counted until now is lost",
              {{"of", kSumNames[of]}});
  }
  if (findings.reading->extent() != LevelReading::Extent::changes) {
    complete_at_ = Clock::now();
  }
  summed_today_ = requests_of(sum_of_all(levels, today_));
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

bool SumsCollector::judge(const Sight& findings) {
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
bool SumsCollector::judge(Outcome outcome, const Sight& findings) {
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
  if (levels.presumes(outcome) && watch.has_rows()) {
    log::info(
        "requests become rows again; they are counted from them after a minute without any, "
        "or from midnight UTC on",
        {{"outcome", name_of(outcome)}});
  }
  levels.presume(outcome, !watch.has_rows());
  if (watch.has_rows() && watch.is_paused(now) && levels.is_settled()) {
    log::info("requests become rows again, and are counted from them",
              {{"outcome", name_of(outcome)}});
    levels.switch_to(outcome, false);
  }
  return false;
}

Findings SumsCollector::audit() {
  State& state = tally_.state();
  Findings findings;
  const auto* const audit = state.levels.audit(today_);
  if (audit == nullptr || !state.levels.started()) {
    return findings;
  }
  const auto add = [&](bool known, const char* source, double requests) {
    if (known) {
      findings.add(kAudit, requests, {{"source", source}});
    }
  };
  add(state.cursor.started(), "spend_log", audit->rows);
  add(state.ledger_cursor.started(), "ledger", audit->deliveries);
  add(true, "daily", std::max(0.0, summed_today_ - audit->before));
  return findings;
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
  publish_sources(gauges_, *this, sources, audit());
}

}  // namespace litellm_exporter

// SPDX-License-Identifier: Apache-2.0
#include "collectors/ledger.hpp"

#include "base/log.hpp"
#include "metrics/findings.hpp"
#include "postgres/table.hpp"
#include "spendlog/row_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace litellm_exporter {
namespace {

constexpr Gauge kSource{
    "litellm_exporter_request_source",
    "1 for the table that requests of this outcome are counted from: log is LiteLLM_SpendLogs, "
    "ledger is LiteLLM_SpendLogDelivery, which knows neither exception class nor first token, "
    "retries, fallbacks and deployment; status codes come from LiteLLM_DailyRequestErrors."};

// A row of the ledger can be seen when the transaction that wrote or changed it ends, which LiteLLM
// gives a minute. What is longer ago is read now and then all the same.
Config for_ledger(Config config) {
  config.spend_log.window =
      std::min<Milliseconds>(config.spend_log.window, std::chrono::minutes(2));
  config.spend_log.sweep_window =
      std::min<Milliseconds>(config.spend_log.sweep_window, std::chrono::minutes(15));
  return config;
}

bool is_alone(const Config& config) {
  return config.spend_log.source == Config::SpendLog::Source::ledger;
}

}  // namespace

LedgerCollector::LedgerCollector(const Config& config, postgres::Database& database,
                                 Counting& counting, PositionReader& positions, GaugeBoard& gauges,
                                 Tally& tally)
    : Collector("ledger", config.database.poll_interval),
      database_(database),
      gauges_(gauges),
      tally_(tally),
      alone_(is_alone(config)),
      sink_(counting, tally.state().seen, alone_, tally.state().sources),
      tail_(for_ledger(config), ledger_table(), tally.state().ledger_cursor,
            tally.state().ledger_seen, sink_, positions, Baseline::first_start) {
  if (alone_) {
    // Rows that come to the log meanwhile are counted here: it must not go on where it was.
    tally.state().cursor = {};
  }
}

void LedgerCollector::collect(const std::stop_token& stop) {
  std::exception_ptr failure;
  try {
    database_.with_session(stop, [&](postgres::Session& session) {
      if (look_for_table(session)) {
        tail_.poll(session, [&] { tally_.save(); });
        gaps_ = tail_.gaps();
      }
    });
  } catch (const PollError&) {
    failure = std::current_exception();
  }
  // Also after a failure: what was counted before it is true. New series wait to be shown; where
  // the spend log is read, its collector sees to that.
  if (sink_.conclude() || alone_) {
    tally_.publish();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
  say_source();
}

bool LedgerCollector::look_for_table(postgres::Session& session) {
  const RowTable& about = ledger_table();
  postgres::Table table;
  postgres::Table log;
  session.in_snapshot([&](postgres::Snapshot& snapshot) {
    table = postgres::look_at_table(snapshot, about.name);
    log = postgres::look_at_table(snapshot, kSpendLogTable);
  });
  const auto missing = missing_essentials(about, table);
  if (alone_) {
    return true;
  }
  if (missing.empty()) {
    // Else it is not known what the log has; its collector says what is wrong.
    return missing_essentials(spend_log_table(), log).empty();
  }
  Gaps gaps;
  if (!table.exists) {
    gaps.insert(table.gap());
  }
  for (const std::string& column : table.exists ? missing : std::vector<std::string>{}) {
    gaps.insert(table.gap(column));
  }
  if (std::exchange(gaps_, gaps) != gaps && table.exists) {
    log::info(
        "requests that LiteLLM does not write to its spend log are not counted: the ledger "
        "cannot be read; run role.sql again",
        {{"table", about.name}, {"columns", fmt::format("{}", fmt::join(missing, ", "))}});
  }
  return false;
}

void LedgerCollector::say_source() {
  const RequestSources& sources = tally_.state().sources;
  Findings findings;
  for (const auto& [outcome, source] :
       {std::pair{"success", sources.success}, std::pair{"failure", sources.failure}}) {
    const RequestSource shown = alone_ ? RequestSource::ledger : source;
    findings.add(kSource, 1, {{"outcome", outcome}, {"source", std::string{kSourceNames[shown]}}});
  }
  gauges_.publish(
      name(), std::move(findings).families(),
      GaugeBoard::Clock::now() + std::max<Milliseconds>(5 * interval(), std::chrono::minutes(5)));
}

}  // namespace litellm_exporter

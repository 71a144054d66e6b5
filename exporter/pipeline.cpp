// SPDX-License-Identifier: Apache-2.0
#include "pipeline.hpp"

#include "base/log.hpp"
#include "collectors/aliases.hpp"
#include "collectors/daily.hpp"
#include "collectors/ledger.hpp"
#include "collectors/registry.hpp"
#include "collectors/spend_log.hpp"
#include "collectors/sums.hpp"
#include "config/error.hpp"
#include "config/secret_sources.hpp"

#include <set>

namespace litellm_exporter {

namespace {

postgres::SessionOptions options_of(const Config& config) {
  return {config.database.statement_timeout, config.database.connect_timeout};
}

// A password that was rotated stands in the file before anybody tells us.
postgres::Reread reread_of(const Config& config) {
  const std::string file = config.database.url_file;
  if (file.empty()) {
    return {};
  }
  return [file]() -> std::optional<postgres::Conninfo> {
    try {
      return reread_database_url(file);
    } catch (const ConfigError& e) {
      log::warn("the database's URL cannot be read again", {{"err", e.what()}});
    }
    return std::nullopt;
  };
}

postgres::Database make_database(const Config& config, StatusBoard& board) {
  return {config.database.conninfo, options_of(config),
          [&board](bool answered) { board.set_database_up(answered); }, reread_of(config)};
}

}  // namespace

postgres::Database lease_database(const Config& config, postgres::Answered answered) {
  constexpr Milliseconds kTimeout{2'000};
  return {config.database.conninfo, {kTimeout, kTimeout}, std::move(answered), reread_of(config)};
}

Pipeline::Pipeline(const Config& config, Tally& tally, GaugeBoard& gauges, StatusBoard& board)
    : board_(board),
      log_database_(make_database(config, board)),
      entity_database_(make_database(config, board)),
      proxies_(config.litellm),
      counting_(config, directory_, tally.state().series, tally.state().levels,
                &tally.state().codes) {
  // First the names, then the rows that carry them.
  Collectors log;
  log.push_back(std::make_unique<AliasCollector>(config, log_database_, directory_, counting_));
  // What LiteLLM summed up is saved and shown by the log's poll behind it.
  for (auto& daily : make_daily_collectors(config, log_database_, tally.state().daily,
                                           tally.state().daily_server, positions_, &counting_)) {
    log.push_back(std::move(daily));
  }
  using RowSource = Config::SpendLog::Source;
  const RowSource source = config.spend_log.source;
  const auto reads = [&](RowSource wanted) {
    return source == wanted || source == RowSource::automatic;
  };
  if (reads(RowSource::log)) {
    log.push_back(std::make_unique<SpendLogCollector>(config, log_database_, directory_, counting_,
                                                      positions_, tally));
  }
  if (reads(RowSource::ledger)) {
    log.push_back(std::make_unique<LedgerCollector>(config, log_database_, counting_, positions_,
                                                    gauges, tally));
  } else {
    // Should it be read again, it may not go on where it was.
    tally.state().ledger_cursor = {};
  }
  if (source == RowSource::log) {
    // Whoever waits for a code waits in vain.
    tally.state().codes.unreadable();
    counting_.settle_codes();
  }
  if (reads(RowSource::daily)) {
    log.push_back(std::make_unique<SumsCollector>(config, log_database_, counting_, positions_,
                                                  gauges, tally));
  } else {
    tally.state().levels.forget();
  }
  const GaugeParts parts{config, entity_database_, proxies_, model_names_, gauges};
  lanes_.push_back(std::move(log));
  for (auto& collector : make_collectors(Source::proxy, parts)) {
    lanes_.emplace_back().push_back(std::move(collector));
  }
  lanes_.push_back(make_collectors(Source::database, parts));
  std::set<std::string> names;
  for (const Collectors& lane : lanes_) {
    for (const auto& collector : lane) {
      names.insert(collector->name());
      board_.add(collector->name(), collector->interval(), collector->needed(),
                 &lane == &lanes_.front());
    }
  }
  board_.retain(names);
  gauges.retain(names);
}

void Pipeline::start() {
  for (const Collectors& lane : lanes_) {
    if (!lane.empty()) {
      workers_.push_back(std::make_unique<Worker>(lane, board_));
    }
  }
}

void Pipeline::run_once() {
  for (const Collectors& lane : lanes_) {
    for (const auto& collector : lane) {
      Task(*collector, board_).run({});
    }
  }
}

}  // namespace litellm_exporter

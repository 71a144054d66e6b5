// SPDX-License-Identifier: Apache-2.0
#include "pipeline.hpp"

#include "base/log.hpp"
#include "collectors/aliases.hpp"
#include "collectors/spend_log.hpp"
#include "collectors/table.hpp"
#include "config/error.hpp"
#include "config/secret_sources.hpp"

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

}  // namespace

SeriesStore::Bounds bounds_of(const Config& config) {
  SeriesStore::Bounds bounds;
  const auto of = [&](Family family) -> std::vector<double>& {
    return bounds.at(static_cast<std::size_t>(family));
  };
  of(Family::request_duration) = config.histograms.request_duration_seconds;
  of(Family::time_to_first_token) = config.histograms.time_to_first_token_seconds;
  of(Family::time_per_output_token) = config.histograms.time_per_output_token_seconds;
  // LiteLLM flushes every few seconds; after an outage rows come hours late.
  of(Family::lag) = {1, 2.5, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 21600};
  return bounds;
}

Pipeline::Pipeline(const Config& config, const Shared& shared)
    : board_(shared.board),
      log_database_(config.database.conninfo, options_of(config), shared.board, reread_of(config)),
      entity_database_(config.database.conninfo, options_of(config), shared.board,
                       reread_of(config)),
      proxies_(config.litellm),
      counting_(config, directory_, shared.state.series) {
  // First the names, then the rows that carry them.
  Collectors log;
  log.push_back(std::make_unique<AliasCollector>(config, log_database_, directory_, counting_));
  log.push_back(std::make_unique<SpendLogCollector>(
      config, SpendLogCollector::Parts{log_database_, directory_, counting_, shared.keeper,
                                       shared.state, shared.counters, shared.scrapers,
                                       shared.summary, shared.baseline_reason, shared.edition}));
  const SnapshotParts parts{config, entity_database_, proxies_, model_names_, shared.snapshots};
  lanes_.push_back(std::move(log));
  for (auto& collector : make_collectors(Source::proxy, parts)) {
    lanes_.emplace_back().push_back(std::move(collector));
  }
  lanes_.push_back(make_collectors(Source::database, parts));
  std::set<std::string> names;
  for (const Collectors& lane : lanes_) {
    for (const auto& collector : lane) {
      names.insert(collector->name());
      board_.add(collector->name(), collector->interval(), collector->needed());
    }
  }
  board_.retain(names);
  shared.snapshots.retain(names);
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

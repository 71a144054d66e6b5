// SPDX-License-Identifier: Apache-2.0
#include "pipeline.hpp"

#include "collectors/aliases.hpp"
#include "collectors/spend_log.hpp"
#include "postgres/conninfo.hpp"

namespace litellm_exporter {

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
    : database_(postgres::parse_conninfo(config.database.url),
                {config.database.statement_timeout, config.database.connect_timeout}, shared.board),
      counting_(config, directory_, shared.state.series) {
  std::vector<std::unique_ptr<Collector>> collectors;
  // First the names, then the rows that carry them.
  collectors.push_back(std::make_unique<AliasCollector>(config, database_, directory_, counting_));
  collectors.push_back(std::make_unique<SpendLogCollector>(
      config, SpendLogCollector::Parts{database_, directory_, counting_, shared.keeper,
                                       shared.state, shared.pages, shared.scrapers, kCountersSlot,
                                       shared.baseline_reason, shared.edition}));
  worker_ = std::make_unique<Worker>(std::move(collectors), shared.board);
}

}  // namespace litellm_exporter
